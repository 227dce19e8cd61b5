"""Settings of our own; each has a line in docs/reference/settings.md."""

from yimen.config import env

YIMEN_HOME = env.home()
YIMEN_SOURCES = env.source_connections()
YIMEN_SOURCES_LOOPBACK = env.flag("YIMEN_SOURCES_LOOPBACK")
YIMEN_SECRETS_KEY = env.text("YIMEN_SECRETS_KEY", str(env.home() / "secrets-key"))
YIMEN_DROPS = env.text("YIMEN_DROPS", str(env.home() / "drops"))
YIMEN_DEMO = env.flag("YIMEN_DEMO")
YIMEN_LAKE = env.text("YIMEN_LAKE", str(env.home() / "lake"))
YIMEN_MATCHING_ENGINE = env.text("YIMEN_MATCHING_ENGINE", "numpy")
YIMEN_SPARK_MASTER = env.text("YIMEN_SPARK_MASTER", "local[2]")
YIMEN_PUBLIC_URL = env.text("YIMEN_PUBLIC_URL", "http://localhost:8000").rstrip("/")
YIMEN_LEDGER_KEY = env.text("YIMEN_LEDGER_KEY", str(env.home() / "ledger-signing-key.pem"))
YIMEN_LEDGER_HEADS = env.text("YIMEN_LEDGER_HEADS", str(env.home() / "ledger-heads.jsonl"))
YIMEN_EXCHANGE_KEY = env.text("YIMEN_EXCHANGE_KEY", str(env.home() / "exchange-signing-key.pem"))
YIMEN_SHARING_DEADLINES = env.text("YIMEN_SHARING_DEADLINES", "")
YIMEN_PAYMENT_KEY = env.text("YIMEN_PAYMENT_KEY", str(env.home() / "payment-signing-key.pem"))
YIMEN_TREASURY_URL = env.text("YIMEN_TREASURY_URL", "")
YIMEN_TREASURY_KEY = env.text("YIMEN_TREASURY_KEY", "")
YIMEN_TREASURY_PUBLIC_KEY = env.text("YIMEN_TREASURY_PUBLIC_KEY", "")
YIMEN_TREASURY_TIMEOUT_S = float(env.text("YIMEN_TREASURY_TIMEOUT_S", "10"))
YIMEN_SIGNING_KEY = env.text("YIMEN_SIGNING_KEY", str(env.home() / "licence-signing-key.pem"))
YIMEN_NOTICE_SENDER = env.text("YIMEN_NOTICE_SENDER", "yimen.notices.senders.AppriseSender")
YIMEN_NOTICE_MAIL = env.text("YIMEN_NOTICE_MAIL", "")
YIMEN_NOTICE_CHANNELS = env.names("YIMEN_NOTICE_CHANNELS", "wecom,dingtalk,feishu,mail,webhook,bark")
YIMEN_NOTICE_PRIVATE_HOSTS = env.names("YIMEN_NOTICE_PRIVATE_HOSTS", "")

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
