"""Content packs (内容包): a folder of plain files with everything a city brings: read, check, load.

Reading and checking need no database, so that whoever writes a pack can try it anywhere.
"""
