"""`randomize: realistic`: what one word stands for, as tables of distributions, and the recipe that they make.

Takes a sound recipe's plain values. Gives the same with ordinary distributions in the places that the word speaks of.
Promises that what is drawn already, and every recipe without the word, stays as written. Never draws a value, and
never puts anything where a rule would refuse it.
"""
