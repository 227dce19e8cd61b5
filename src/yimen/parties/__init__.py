"""Parties (主体): people, organisations and agencies, their accounts, and who may act for whom.

Serves 个人信息保护法 art. 6 (only what is needed is kept: a person here is an identifier and a name, nothing else).
"""
