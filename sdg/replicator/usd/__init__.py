"""The USD stage of a recipe: everything its frames show, in one file that references the rest.

Takes `Stage`s and the plan that bounds them. Gives `stage.usda`, an asset file for each shape, pictures, and the
attributes that each frame sets. Promises metres, Z up, and schemas no newer than OpenUSD 24.05 beside `UsdSemantics`.
Never renders, never draws a value, and imports no `pxr` before a stage is written.
"""
