"""The ledger (使用留痕): one row for every read of personal data and every act on a case; rows are only ever added.

Serves 个人信息保护法 art. 44, 45 (a person may know who used what of theirs) and 网络数据安全管理条例 art. 12.
"""
