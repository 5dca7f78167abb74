"""No wall, error or challenge becomes an article, and no article is taken for one."""

from __future__ import annotations

import time

import pytest

from processing.clean import Article, Rejected, extract_page
from processing.errors import PageError

URL = "https://gazette.example/monde/2026/11/22/article-1.html"
TEASER = (
    "<p>Les équipages ont quitté le port au petit matin, sous une pluie fine, pour rejoindre la zone des manœuvres, "
    "où une douzaine de bâtiments s’entraînent jusqu’à dimanche.</p><p>« Nous voulons montrer que nos marins savent "
    "travailler ensemble », a expliqué le commandant de la frégate, avant que les pêcheurs ne disent leur colère.</p>"
)


def read(
    title: str, body: str, head: str = '<meta property="og:type" content="article">'
) -> Article | Rejected:
    page = (
        f'<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>{title} - Gazette</title>{head}'
        f'<meta property="og:site_name" content="Gazette"></head><body>{body}</body></html>'
    )
    return extract_page(page.encode(), url=URL)


WALLS = {
    "page introuvable": (
        "an error page",
        "Page introuvable",
        "<h1>Page introuvable</h1><p>La page que vous recherchez n’existe pas ou a été déplacée. Vérifiez l’adresse "
        "saisie ou utilisez le moteur de recherche.</p><a href='/'>Retour à l’accueil</a>",
    ),
    "erreur 404 courte": (
        "an error page",
        "Erreur 404",
        "<h1>Oups…</h1><p>Ce contenu n’est plus disponible.</p>",
    ),
    "erreur 404 sous le titre du site": (
        "an error page",
        "L’actualité en continu",
        "<p>Erreur 404 : la page demandée n’existe plus.</p><p>Vous pouvez revenir à l’accueil ou lancer une recherche "
        "dans nos archives, qui remontent à 1944.</p>",
    ),
    "500 servi en 200": (
        "an error page",
        "Erreur interne du serveur",
        "<p>Veuillez réessayer plus tard.</p>",
    ),
    "maintenance": (
        "an error page",
        "Site en maintenance",
        "<p>Notre site est en maintenance. Nos équipes font le nécessaire pour le rétablir au plus vite. Merci de "
        "votre patience et de votre fidélité, nous revenons dans quelques instants avec toute l’actualité.</p>",
    ),
    "accès refusé": (
        "a refusal",
        "Accès refusé",
        "<h1>Accès refusé</h1><p>Votre adresse IP a été bloquée. Si vous pensez qu’il s’agit d’une erreur, contactez "
        "le service technique en indiquant la référence 18.2f3d qui figure au bas de cette page.</p>",
    ),
    "robot": (
        "a challenge to robots",
        "Un instant…",
        "<p>Vérification que vous n’êtes pas un robot. Cela peut prendre quelques secondes.</p><p>Activez JavaScript "
        "et les cookies pour continuer. Ray ID : 8f23a</p>",
    ),
    "captcha": (
        "a challenge to robots",
        "gazette.example",
        "<p>Nous devons nous assurer que vous êtes un humain. Veuillez résoudre ce captcha pour accéder au site que "
        "vous avez demandé, puis cliquez sur le bouton.</p>",
    ),
    "consentement": (
        "a consent wall",
        "Gazette, toute l’actualité",
        "<h1>Le respect de votre vie privée est notre priorité</h1><p>Nous et nos 842 partenaires stockons et accédons "
        "à des informations sur votre terminal, telles que les cookies, et traitons les données personnelles, afin de "
        "vous proposer des publicités et contenus personnalisés, des mesures de performance et des études "
        "d’audience.</p><p>Avec votre accord, nous et nos partenaires pouvons utiliser des données de géolocalisation "
        "précises. Vous pouvez retirer votre consentement à tout moment.</p><button>Tout accepter</button>"
        "<button>Continuer sans accepter</button>",
    ),
    "connexion": (
        "a login wall",
        "Connexion",
        "<h1>Connectez-vous pour lire</h1><p>Connectez-vous pour lire cet article. Pas encore de compte ? Créez un "
        "compte gratuitement et profitez de trois articles offerts par mois.</p><label>Adresse e-mail</label><input>"
        "<label>Mot de passe</label><input><a href='#'>Mot de passe oublié ?</a>",
    ),
}


@pytest.mark.parametrize("name", WALLS)
def test_a_page_without_an_article_is_named(name: str) -> None:
    kind, title, body = WALLS[name]
    found = read(title, body)
    assert isinstance(found, Rejected), found
    assert found.verdict == "not_article"
    assert found.reason.startswith(f"it is {kind}"), found.reason


ARTICLES = {
    "accroche coupée": ("Des manœuvres au large de Brest", TEASER),
    "accroche et mur de connexion": (
        "Des manœuvres au large de Brest",
        f"{TEASER}<p>Connectez-vous pour lire la suite de cet article réservé aux abonnés.</p>",
    ),
    "accroche et paroi de consentement": (
        "Des manœuvres au large de Brest",
        f"{TEASER}<div class='cookies'><p>Nous et nos 842 partenaires utilisons des cookies.</p></div>",
    ),
    "article sur les cookies": (
        "La CNIL inflige une amende pour des cookies",
        "<p>La CNIL a infligé jeudi une amende de dix millions d’euros à une régie publicitaire qui déposait des "
        "cookies sans demander le consentement des internautes.</p><p>L’autorité reproche à la société d’avoir "
        "traité des données personnelles de trois millions de Français, et de ne pas leur avoir permis de refuser "
        "aussi simplement que d’accepter les traceurs.</p>",
    ),
    "article sur un mot de passe": (
        "Accès refusé aux inspecteurs à la centrale",
        "<p>Les inspecteurs de l’agence se sont vu refuser l’accès au réacteur numéro trois, mardi, pour la deuxième "
        "fois en un mois, selon un diplomate occidental en poste à Vienne.</p><p>Moscou assure que la visite aura lieu "
        "vendredi. Pékin a appelé les parties à la retenue et proposé d’envoyer des techniciens sur place.</p>",
    ),
    "brève sur une erreur": (
        "Erreur 404 : le film qui fait rire la Chine",
        "<p>Sorti vendredi, le long métrage a déjà réuni douze millions de spectateurs en Chine, un record pour une "
        "comédie, et ses producteurs préparent une suite qui sera tournée à Vladivostok au printemps.</p><p>La "
        "critique, elle, est partagée : le quotidien du Parti salue une satire de la vie moderne, là où d’autres ne "
        "voient qu’une longue suite de gags empruntés aux films de Hongkong des années quatre-vingt.</p>",
    ),
}


@pytest.mark.parametrize("name", ARTICLES)
def test_an_article_is_not_taken_for_a_wall(name: str) -> None:
    title, body = ARTICLES[name]
    found = read(title, f"<article><h1>{title}</h1>{body}</article>")
    assert isinstance(found, Article), found


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("<p>mot</p>" * 20_001, "tags"),
        (f"<p>{'mot ' * 1_100_000}</p>", "MiB"),
        (f"<p {' '.join(f'a{n}=1' for n in range(2000))}>", "attributes"),
    ],
)
def test_a_page_that_would_take_minutes_to_read_is_quarantined_with_the_reason(body: str, said: str) -> None:
    with pytest.raises(PageError, match=f"too large for an article: .*{said}"):
        read("Un titre", body)


@pytest.mark.parametrize(
    "filling", ["<table>" + "<tr><td>a" * 9_900, "<br>" * 19_900, "<ul>" + "<li>a" * 19_900]
)
def test_a_page_just_within_the_bounds_takes_seconds(filling: str) -> None:
    begin = time.process_time()
    read("Des manœuvres au large de Brest", f"<article>{TEASER}{filling}</article>")
    assert time.process_time() - begin < 15
