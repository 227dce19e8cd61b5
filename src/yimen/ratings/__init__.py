"""What people say of a service they had (好差评), and what the agency does about it (差评整改).

GB/T 39735-2020 is the guide, GB/T 39734-2020 says that one matter has one rating (一事一评). A rating is voluntary: who
says nothing is counted nowhere.
"""
