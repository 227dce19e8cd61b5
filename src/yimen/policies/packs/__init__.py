"""Policies in content packs (内容包): read beside the items, checked and loaded with them.

A measure is read as an unlisted item of the name POLICY/MEASURE, so that all that is checked of an item is checked of
it: its conditions, its facts and the grants to read them, its cases.
"""
