"""Cases (办件): one application from draft to result, decided by rules in seconds or by an officer with a reason.

Serves 行政许可法 art. 38 (a refusal states its reasons) and 个人信息保护法 art. 24 (an automated decision can be
explained, and a person can be asked).
"""
