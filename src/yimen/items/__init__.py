"""Service items (政务服务事项): what a person can get done here, under which conditions, and the packs they come in.

Serves GB/T 39554.1-2020 (the implementation list 实施清单 and its elements).
"""
