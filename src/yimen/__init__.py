"""一门 Yimen: paper procedure turned into services that decide themselves.

Facts (数据) × rules (规则) → outcome (结果). The rooms of this package are listed, floor by floor, in docs/house.md.
"""
