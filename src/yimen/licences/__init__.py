"""Electronic licences (电子证照): types, issue, signature, verification by anyone.

Serves GB/T 36901-36906-2018 and 国务院关于在线政务服务的若干规定 art. 10 (an electronic licence has the force of
paper).
"""
