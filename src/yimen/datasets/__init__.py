"""Data resources (数据资源): what departments share, through which source, under which grant; and the exchange of it.

Serves 政务数据共享条例 (国令第809号) and 个人信息保护法 art. 6: only the fields asked for travel, and each read leaves
its row.
"""
