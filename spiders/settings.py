"""Scrapy's settings for a crawl: everything a nightly reader of feeds does not need is off."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from processing.settings import Settings

MAX_BODY = 12 * 1024 * 1024
"""Bytes of one answer, as sent and unpacked; a longer one is given up. Press pages have 0.6 MB at most, news
sitemaps 1,000 entries; only a gzipped sitemap, which comes packed, may be longer once unpacked."""


def software() -> str:
    """Name and version, as they stand in archives."""
    return f"Vedette/{version('vedette')}"


def user_agent(settings: Settings) -> str:
    """Who asks, and where a publisher can reach a person."""
    return f"{software()} (+{settings.contact})"


def scrapy_settings(settings: Settings) -> dict[str, Any]:
    """The whole configuration of Scrapy."""
    return {
        "BOT_NAME": "vedette",
        "USER_AGENT": user_agent(settings),
        "ALLOW_PRIVATE_HOSTS": settings.allow_private_hosts,
        # One connection per host; the pace of each is set when its robots.txt has been read.
        "CONCURRENT_REQUESTS": 256,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        # An answer gives one item and two requests at most. Scrapy starts as many tasks for each answer as this says,
        # 100 by default, which cost as much CPU as fetching the page.
        "CONCURRENT_ITEMS": 1,
        "DOWNLOAD_DELAY": settings.delay,
        "DOWNLOAD_DELAY_JITTER": 0,
        # From the request to the last byte, however lively the server drips.
        "DOWNLOAD_TIMEOUT": settings.timeout,
        "DOWNLOAD_MAXSIZE": MAX_BODY,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "DNS_TIMEOUT": 10,
        "TWISTED_DNS_RESOLVER": "spiders.middlewares.private.PublicResolver",
        "REDIRECT_MAX_TIMES": 5,
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml,application/rss+xml,application/xml;q=0.9,*/*;q=0.8",
            "Accept-Language": "fr",
        },
        "DOWNLOAD_HANDLERS_BASE": {
            "http": "spiders.downloading.BoundedHandler",
            "https": "spiders.downloading.BoundedHandler",
        },
        "DOWNLOADER_MIDDLEWARES_BASE": {
            "spiders.middlewares.witness.Witness": 25,
            "spiders.middlewares.private.PrivateHosts": 50,
            "spiders.middlewares.rules.Rules": 100,
            "spiders.middlewares.waiting.HostWaits": 150,
            "spiders.middlewares.patience.HostPatience": 160,
            "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
            "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
            "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
            "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": 590,
            "spiders.middlewares.wire.WireNotes": 595,
            "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": 600,
            "scrapy.downloadermiddlewares.stats.DownloaderStats": 850,
        },
        "SPIDER_MIDDLEWARES_BASE": {},
        "EXTENSIONS_BASE": {
            "scrapy.extensions.corestats.CoreStats": 0,
            "spiders.reporting.Reporting": 0,
        },
        "ITEM_PIPELINES": {"spiders.pipeline.LedgerPipeline": 100},
        "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",
        "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
        "TELNETCONSOLE_ENABLED": False,
        "LOG_ENABLED": False,
        "LOG_INSTALL_ROOT_HANDLER": False,
        "STATS_DUMP": False,
        "LOG_FORMATTER": "spiders.reporting.Quiet",
    }
