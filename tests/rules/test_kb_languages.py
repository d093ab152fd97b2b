"""Articles and questions in several languages, by words and with the real model where there is one (BEHAVIOUR 32)."""

import pytest

from kb import Article, Index
from kb.postings import Postings
from kb.speller import Speller
from kb.text import stem
from tests.rules.test_kb_odd import REAL

ARTICLES = {
    "de": (
        ("vpn", "VPN verbindet sich nicht", "Starten Sie den VPN-Client neu und prüfen Sie die Verbindung."),
        ("password", "Passwort vergessen oder abgelaufen", "So setzen Sie Ihr Kennwort im Portal zurück."),
        ("printer", "Drucker druckt nicht", "Papierstau beseitigen, Toner prüfen, Warteschlange leeren."),
        ("expenses", "Rechnungen einreichen", "Laden Sie Belege in der Spesenabrechnung hoch."),
        ("leave", "Urlaubsantrag stellen", "Den Antrag genehmigt die Führungskraft."),
        ("screen", "Zweiter Bildschirm bleibt schwarz", "Kabel und Eingang des Monitors prüfen."),
        ("key", "Türschlüssel verloren", "Melden Sie den Verlust am Empfang."),
        ("mail", "E-Mails werden nicht zugestellt", "Postfach voll? Löschen Sie große Anhänge."),
    ),
    "fr": (
        ("vpn", "Le VPN ne se connecte pas", "Redémarrez le client VPN et vérifiez la connexion."),
        ("password", "Mot de passe oublié", "Réinitialisez votre mot de passe sur le portail."),
        ("printer", "L'imprimante n'imprime pas", "Retirez le papier coincé et videz la file d'attente."),
        ("expenses", "Déclarer des notes de frais", "Téléchargez les reçus dans l'outil."),
        ("leave", "Demander des congés", "Le responsable approuve la demande."),
        ("screen", "Le deuxième écran reste noir", "Vérifiez le câble et l'entrée du moniteur."),
        ("key", "Badge perdu", "Signalez la perte à l'accueil."),
        ("mail", "Boîte aux lettres pleine", "Supprimez les grosses pièces jointes."),
    ),
    "es": (
        ("vpn", "La VPN no se conecta", "Reinicie el cliente VPN y compruebe la conexión."),
        ("password", "Contraseña olvidada o caducada", "Restablezca la contraseña en el portal."),
        ("printer", "La impresora no imprime", "Retire el papel atascado y vacíe la cola."),
        ("expenses", "Presentar gastos de viaje", "Suba los recibos a la herramienta."),
        ("leave", "Solicitar vacaciones", "El responsable aprueba la solicitud."),
        ("screen", "La segunda pantalla se queda en negro", "Revise el cable y la entrada del monitor."),
        ("key", "Tarjeta de acceso perdida", "Comunique la pérdida en recepción."),
        ("mail", "Buzón de correo lleno", "Elimine los archivos adjuntos grandes."),
    ),
    "zh": (
        ("vpn", "VPN无法连接", "重新启动VPN客户端并检查网络连接。"),
        ("password", "忘记密码", "在自助服务门户重置您的密码。"),
        ("printer", "打印机不打印", "清除卡纸并清空打印队列。"),
        ("expenses", "提交差旅报销", "在系统中上传发票。"),
        ("leave", "申请休假", "由经理批准申请。"),
        ("screen", "第二台显示器黑屏", "检查电缆和输入。"),
        ("key", "门禁卡丢失", "请到前台报告。"),
        ("mail", "邮箱已满", "删除大附件。"),
    ),
    "ja": (
        ("vpn", "VPNに接続できない", "VPNクライアントを再起動し、ネットワークを確認します。"),
        ("password", "パスワードを忘れた", "ポータルでパスワードをリセットします。"),
        ("printer", "プリンターが印刷しない", "紙詰まりを取り除きます。"),
        ("expenses", "経費を精算する", "領収書をアップロードします。"),
        ("leave", "休暇を申請する", "上司が承認します。"),
        ("screen", "二台目のモニターが映らない", "ケーブルを確認します。"),
        ("key", "入館カードを紛失した", "受付に報告してください。"),
        ("mail", "メールボックスがいっぱい", "大きな添付ファイルを削除します。"),
    ),
    "ko": (
        ("vpn", "VPN에 연결할 수 없음", "VPN 클라이언트를 다시 시작하세요."),
        ("password", "비밀번호를 잊어버렸을 때", "포털에서 비밀번호를 재설정하세요."),
        ("printer", "프린터가 인쇄하지 않음", "걸린 용지를 제거하세요."),
        ("expenses", "출장 경비 청구", "영수증을 업로드하세요."),
        ("leave", "휴가 신청", "관리자가 승인합니다."),
        ("screen", "두 번째 모니터가 검은 화면", "케이블을 확인하세요."),
        ("key", "출입 카드 분실", "안내 데스크에 신고하세요."),
        ("mail", "메일함이 가득 참", "큰 첨부 파일을 삭제하세요."),
    ),
}
ASKED = {
    "de": {
        "vpn verbindung bricht ab": "vpn",
        "Habe meine Passwörter vergessen": "password",
        "kenwort zurücksetzen": "password",
        "Kennwort zuruecksetzen": "password",
        "Der Netzwerkdrucker streikt": "printer",
        "Drukker druckt nich": "printer",
        "Papierstaus": "printer",
        "Rechnugn einreichen": "expenses",
        "Urlaub beantragen": "leave",
        "urlaubsanträge": "leave",
        "Bildschirme schwarz": "screen",
        "Monitor zeigt nichts an": "screen",
        "hab den Schlüssel verloren": "key",
        "Schlussel verlohren": "key",
        "grosse Anhange": "mail",
        "E-Mail Zustellung": "mail",
    },
    "fr": {
        "vpn connexion impossible": "vpn",
        "j'ai oublie mon mot de passe": "password",
        "mots de passe oubliés": "password",
        "imprimente bloquee": "printer",
        "je ne peux pas imprimer": "printer",
        "note de frais": "expenses",
        "demande de conge": "leave",
        "écrans noirs": "screen",
        "j'ai perdu mon badge": "key",
        "pièce jointe trop grosse": "mail",
        "boite mail pleine": "mail",
    },
    "es": {
        "no me puedo conectar a la vpn": "vpn",
        "olvide mi contrasena": "password",
        "contaseñas caducadas": "password",
        "impresoras atascadas": "printer",
        "gastos de los viajes": "expenses",
        "bacaciones": "leave",
        "pantallas negras": "screen",
        "he perdido mi tarjeta": "key",
        "buzon lleno": "mail",
        "correos con adjunto grande": "mail",
    },
    "zh": {
        "VPN连不上": "vpn",
        "密码忘了": "password",
        "怎么重置密码": "password",
        "打印机卡纸了": "printer",
        "发票报销": "expenses",
        "请假 休假申请": "leave",
        "显示器黑屏": "screen",
        "邮箱满了": "mail",
    },
    "ja": {
        "VPNがつながらない": "vpn",
        "ﾊﾟｽﾜｰﾄﾞのリセット": "password",
        "プリンタの紙詰まり": "printer",
        "領収書の精算": "expenses",
        "休暇の申請方法": "leave",
        "モニターが真っ暗": "screen",
        "カードの紛失": "key",
        "メールがいっぱいです": "mail",
    },
    "ko": {
        "vpn 연결 안됨": "vpn",
        "비밀번호를 잊었어요": "password",
        "프린터 용지 걸림": "printer",
        "경비를 청구하고 싶어요": "expenses",
        "휴가신청 방법": "leave",
        "모니터가 안 나와요": "screen",
        "카드를 분실했습니다": "key",
        "메일함 가득": "mail",
    },
}


@pytest.mark.parametrize("semantic", [pytest.param(False, id="words"), REAL])
@pytest.mark.parametrize("language", ARTICLES)
def test_32_finds_in_a_language(language: str, semantic: object) -> None:
    """BEHAVIOUR 32: with umlauts and without, inflected, in compounds, misspelt; and where there are no blanks."""
    index = Index.build([Article(*parts) for parts in ARTICLES[language]], semantic=bool(semantic))
    found = {question: [hit.article_id for hit in index.search(question)] for question in ASKED[language]}
    assert {question: hits[:1] for question, hits in found.items()} == {q: [a] for q, a in ASKED[language].items()}


@pytest.mark.parametrize("semantic", [pytest.param(False, id="words"), REAL])
def test_32_languages_do_not_disturb_each_other(semantic: object) -> None:
    """BEHAVIOUR 32: all in one knowledge base; an article is among the first three, whatever the others say."""
    articles = [
        Article(f"{language}-{id}", title, body) for language, rows in ARTICLES.items() for id, title, body in rows
    ]
    index = Index.build(articles, semantic=bool(semantic))
    missed = [
        question
        for language, asked in ASKED.items()
        for question, answer in asked.items()
        if f"{language}-{answer}" not in [hit.article_id for hit in index.search(question)]
    ]
    assert missed == []


def test_parts_of_compounds_are_known() -> None:
    postings = Postings()
    speller = Speller(postings)
    words = "drucker urlaubsantrag urlaubstag fax"
    speller.learn(words.split())
    postings.put({stem(word): 1.0 for word in words.split()})
    assert speller.split("netzwerkdrucker") == speller.split("druckertreiber") == ("drucker",)
    assert speller.split("telefax") == speller.split("banana") == (), "a part has five letters or more"
    assert speller.compounds("urlaub") == ["urlaubsantrag", "urlaubstag"]
    assert speller.compounds("antrag") == ["urlaubsantrag"]
    assert speller.compounds("url") == speller.compounds("urlaubsantra") == []
