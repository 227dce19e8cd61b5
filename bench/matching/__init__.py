"""Four million enterprises matched with two hundred measures, beside numpy by hand.

make bench-matching
make bench-matching ARGS='--rows 400000'
"""
