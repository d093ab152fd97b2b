"""What depends on a language: words that tell nothing, and endings that say nothing new.

A desk's articles and questions are taken to be of any of these languages, or of several: no text's language is guessed.
Where a word of one language means something in another ("die", "son", "main") it is left out if it matters there.
"""

_ENGLISH = """
a about also am an and any are arent as at be been but by can cant could did didnt do does doesnt dont for from had
has have he hello help her hey hi his how i if im in into is isnt it its ive just may me my need no nor not of on or
our please she should so some than thank thanks that the their them then there these they this those to too up us
very want was we were what when where which while who why will with wont would you your
"""
_GERMAN = """
aber als am auch auf aus bei beim bin bis bitte bitten danke das dass dem den der des die dies diese diesem diesen
dieser doch ein eine einem einen einer er es fur hallo hat habe haben ich ihr im in ist kann kein keine mein meine
meinem meinen meiner mehr mich mir mit nach nicht noch nur oder ob schon sein sich sie sind und uns unser vom von vor
was wenn wer wie wieso warum will wir wird wo wurde zu zum zur
"""
_FRENCH = """
au aux avec bonjour ca ce ces cest cette chez comment dans de des du elle elles en est et etre il ils jai je la le les
leur lui ma mais me merci mes mon ne nest nos notre nous on ont ou par pas peut plus pour pourquoi quand que quel
quelle qui quil sa sans se ses si sil suis sur ta tes ton tres un une vos votre vous
"""
_SPANISH = """
al algo como con cual cuando cuyo de del desde donde e el ella ellos en entre era eres es esa ese eso esta estas este
esto favor gracias ha hay hola la las le les lo los mas mi mis muy no nos o para pero por porque puede puedo que quien
se ser si sin sobre son soy su sus tambien te tengo tiene tu un una unas uno unos y ya yo
"""
STOP_WORDS = frozenset(f"{_ENGLISH}{_GERMAN}{_FRENCH}{_SPANISH}".split())  # as text.words writes them: no accents

ENDINGS = (
    *("iendo", "mente", "ation", "ement", "ungen"),
    *("able", "ally", "ando", "cion", "ible", "ment", "ness"),
    *("ada", "ado", "eur", "ion", "ung"),
    *("al", "ar", "en", "er", "ez", "ly", "or"),
    *("a", "e", "o"),
)  # the longest first

# Written without blanks between the words: Thai, kana, Han, Hangul (which has blanks, and particles on its words).
UNSPACED = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0002fa1f"
