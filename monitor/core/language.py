"""Which language a text is in, told by its small words, its endings and its letters."""

import re
from collections.abc import Iterable
from typing import Final

from monitor.core.text import fold

# Words that a few lines of news cannot do without, without accents. One that several languages share counts for each of
# them by its share. Titles and names are no evidence, so neither are the words that film news of every country uses.
_WORDS: Final = {
    "en": """
        the of and to in is was were for with on at by from as his her that this it its has have had are be been will
        would could should not but who what when how why after before over into about more than their they you your he
        she we all out up so far first second third last new star stars season series show shows gets get sets cast
        filming movie returns return joins join renewed renews canceled cancelled begins starts says ends exits leaves
        wraps wanted needed director comes coming release premiere date may there back down off only just an or if our
        my him them these those which while during under between people year years said makes take takes know never no
        a 's premieres reveals review looks like day days week another still big best deal talks two three four five
        real made watch too where because even being own teaser opens adds casts lands greenlit green light sequel
        finale pick happy don't won't isn't crews arrive closed young writer role streamer eight ten chapter""",
    "de": """
        der die das und ist nicht ein eine einen einem einer eines des dem den von zu zur zum mit in im am an auf fur
        bei beim nach aus auch sich wird werden wurde wurden hat haben hatte sind war waren noch wie als uber um nur
        aber oder wenn weil dass ihr ihre ihren sein seine seinen kein keine mehr neue neuen neuer neues erste ersten
        erster zweite zweiten dritte dritten vierte letzte staffel folge folgen dreharbeiten drehstart darsteller
        darstellerin schauspieler schauspielerin regie verlangert abgesetzt gesucht sucht fortsetzung kommt gibt es
        steht fest starttermin komparsen jetzt ab vor bis gegen ohne durch unter zwischen schon was wer warum wann ich
        wir sie er so will kann soll muss machen geht bleibt startet dreht spielt kehrt zuruck bekannt sehen kritik
        ende hauptrolle bisher nie diese dieser dieses jahr jahre grunes licht bekommt erhalt beendet abgeschlossen
        fernsehen weitere sender rolle junge episoden bestellt warten wieder erneut drei vier acht zehn""",
    "nl": """
        de het een en van in is was niet met op te voor dat die er aan ook als bij door uit om naar nog maar dan of
        zijn haar hun hij zij ze we wij je wordt werd worden heeft hebben had kan zal zou over onder tot tussen tegen
        zonder na al wel meer geen nieuwe nieuw eerste tweede derde vierde laatste seizoen seizoenen reeks aflevering
        afleveringen opnames opnamen gezocht krijgt komt gaat stopt stapt maakt speelt vervolg hoofdrol regisseur
        regisseert acteur actrice figuranten bekend verlengt verlengd verschenen begonnen afgerond terug zich deze dit
        waarom wat wie hoe wanneer weten zien nu jaar jaren weer keer uitgesteld geschrapt terwijl omdat dus waar ons
        onze blijft volgt zoekt beginnen samen ben bent zender rol jong jonge kijkers einde verlaat acht drie
        vier tien opnieuw bestelt weg lees 's 't 'n""",
    "fr": """
        le la les un une des du de et est dans pour par sur avec au aux en que qui ce cette ces se sa son ses il elle
        ils elles on nous vous pas ne plus mais ou a ont ete etre sont sera fait faire apres avant entre sous sans
        chez deja tout tous toute premiere premier deuxieme troisieme derniere nouveau nouvelle nouvelles saison
        saisons tournage tourner bande annonce suite fin rejoint quitte annulee annule renouvelee renouvelle
        realisateur realisera acteur actrice comedienne figurants recherche recherches diffusion diffuse sortie serie
        devoile devoilee retour pourquoi comment quand quoi sait jamais arrive commence debut jour annee ans vue
        chaine equipe jeune bloque centre ville cinema cineaste trois quatre huit dix encore fois plusieurs l' d' qu'
        n' s' c' j'""",
    "es": """
        el la los las un una unos de del y e en es que por para con se su sus lo le al como mas pero no ha han fue ser
        sera son esta este esto ese esa tras sobre entre sin desde hasta ya muy cuando donde quien porque todo toda
        todos primer primera segunda segundo tercera ultima ultimo nueva nuevo temporada temporadas rodaje reparto
        estreno estrena fecha pelicula protagonista actor actriz director dirigira renueva renovada cancelada
        cancela arranca termina empieza regresa vuelve une abandona buscan busca avance luz verde hoy ano anos
        hay tiene lanza llega a o sabemos secuela critica comienzo casa da nunca confirma bajo otra otro joven papel
        equipo cadena episodios cine tres cuatro ocho diez vez ciudad""",
    "pt": """
        o a os as um uma uns umas de do da dos das e em no na nos nas que por pelo pela para com se seu sua seus suas
        ao aos como mais mas nao foi ser sera sao esta este isso esse essa apos sobre entre sem desde ate ja muito
        quando onde quem porque tudo toda todos primeira primeiro segunda segundo terceira ultima ultimo nova novo
        temporada temporadas gravacoes filmagens elenco estreia estreiam data serie filme protagonista ator atriz
        diretor realizador dirigir renova renovada cancelada cancela comeca comecam termina terminam regressa volta
        deixa procuram figurantes luz verde hoje ano anos tem vai sabemos divulgado ganha entra novela sequencia
        critica nunca voltou confirma outra outro quer jovem papel equipe canal episodios cinema tres quatro oito dez
        vez cidade fica fecha""",
    "it": """
        il lo la i gli le un uno una di del dello della dei degli delle e in con su per tra fra da dal dalla dai nel
        nella nei al allo alla ai che chi non si suo sua suoi sue ma o come piu ha hanno stato stata sara sono era
        essere questo questa dopo prima senza gia molto quando dove perche tutto tutti primo seconda secondo terza
        terzo ultima ultimo nuova nuovo stagione stagioni riprese regista attore attrice uscita protagonista
        rinnova rinnovata cancellata cancella inizia iniziano terminate torna lascia cercasi cercano comparse data via
        oggi anno anni ancora anche sul sulla sappiamo quello dirigera mai casa recensione altri giovane ruolo rete
        episodi cinema tre quattro otto dieci volta ordina l' d' c' un' dell' all' nell' sull' dall'""",
}
_ENDINGS: Final = {
    "en": "ing tion ness ould ough ight",
    "de": "ung ungen keit heit lich isch tion ieren ter",
    "nl": "ijk heid tie ijn ijs eer aar oor aan een ijd",
    "fr": "tion ment eux euse ique aire elle eur",
    "es": "cion ciones dad ando iendo ado ida ito",
    "pt": "cao coes dade ando endo ado ida inho agem",
    "it": "zione zioni tta tto mento zza etti ini gli",
}
_LETTERS: Final = {
    "en": "",
    "de": "ßäöü„",
    "nl": "ĳë",
    "fr": "çèêëîïôœùûà«",
    "es": "ñ¿¡áíóú",
    "pt": "ãõçâêôáíóú",
    "it": "èàùìò",
}
_BY_ENDING = 0.3
_BY_LETTER = 0.8
_ENOUGH = 0.9  # hardly less than one word that no other language has
_LEAD = 1.3  # times the second best
_MOST = 400  # characters that are read: more of a text says no more about its language

# What stands in quotation marks is a title, in whatever language.
_QUOTED = re.compile(r"[\"“„«»‚‘](?=\S)[^\"“”„«»‘’\n]{1,80}[\"”“»«]|(?<!\w)['‘’][^'‘’\n]{1,80}['’](?!\w)")
# Elisions ("l'attore", "qu'une") and what an apostrophe cuts off ("film's") are words of their own.
_WORD = re.compile(r"(?<!\w)(?:[cdjlns]|qu|un|[adns]?[aeu]ll)'(?=\w)|'[snt](?!\w)|[^\W\d_]+(?:'t)?")


def _shares(told: Iterable[tuple[str, Iterable[str]]], weight: float) -> dict[str, tuple[tuple[str, float], ...]]:
    """What each sign counts for each language that has it."""
    owners: dict[str, list[str]] = {}
    for lang, signs in told:
        for sign in dict.fromkeys(signs):
            owners.setdefault(sign, []).append(lang)
    return {sign: tuple((lang, weight / len(langs)) for lang in langs) for sign, langs in owners.items()}


_BY_WORD = _shares(((lang, words.split()) for lang, words in _WORDS.items()), 1.0)
_BY_TAIL = _shares(((lang, tails.split()) for lang, tails in _ENDINGS.items()), _BY_ENDING)
_BY_CHARACTER = _shares(_LETTERS.items(), _BY_LETTER)


def guess(text: str) -> str | None:
    """The language of a text by its code, one of en es de fr pt nl it; None when too little tells it from the others."""
    opening = text[:_MOST]
    return _told(_QUOTED.sub(" ", opening)) or _told(opening)


def _told(text: str) -> str | None:
    scores = dict.fromkeys(_WORDS, 0.0)
    for word in _WORD.findall(fold(text)):
        signs = _BY_WORD.get(word) or _BY_TAIL.get(word[-5:]) or _BY_TAIL.get(word[-4:]) or _BY_TAIL.get(word[-3:], ())
        for lang, weight in signs:
            scores[lang] += weight
    if not text.isascii():
        for character in set(text.lower()):
            for lang, weight in _BY_CHARACTER.get(character, ()):
                scores[lang] += weight
    second, best = sorted(scores, key=scores.__getitem__)[-2:]
    return best if scores[best] >= _ENOUGH and scores[best] > _LEAD * scores[second] else None
