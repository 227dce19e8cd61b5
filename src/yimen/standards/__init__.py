"""Standards (标准支撑): identifiers with their check digits, code lists, masking. Pure functions over values.

What a standard states for certain is refused when broken; what is only convention is a warning.
"""
