"""Worker processes on a Ray cluster, in place of this machine's.

Takes a job and a cluster's address. Gives a crew, which the pool commands as it does the local one. Promises the same
bytes, whatever nodes come and go, whether or not they see the dataset's folder. Never decides what is tried again.
"""
