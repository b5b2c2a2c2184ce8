"""Words that come before what tells who a patient is, by language. Data only, folded.

Chosen by hand. Chinese is in `archive.privacy.chinese`. A language that is in neither has phone
numbers found, and nothing by name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class CueWords:
    """What leads to an identifier in one language."""

    before_name: frozenset[str] = frozenset()
    """A capitalised word after one of these is taken for a name: `mrs`, `named`."""
    patient: frozenset[str] = frozenset()
    """Whoever it is about; a name follows right after: `patient Banda`."""
    given: frozenset[str] = frozenset()
    """Where writing has no capitals: names that are taken for one right after "the patient"."""
    titles: frozenset[str] = frozenset()
    """Capitalised words that are no names: `Mr Chairman`, `patient Safety`."""
    born: tuple[str, ...] = ()
    """A date within a few words after is one of birth."""
    record: tuple[str, ...] = ()
    """A number within a few words after is one of a record or a card."""
    phone: tuple[str, ...] = ()
    years: frozenset[str] = frozenset()
    """After a number: an age."""
    months: frozenset[str] = frozenset()
    digits: frozenset[str] = frozenset()
    """0 to 9 as they are said one by one."""
    label: tuple[str, ...] = ()
    """On a slide, before a colon and a name."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ENGLISH = CueWords(
    before_name=_words("mr mrs ms miss mister missus madam named called"),
    patient=_words("patient patients case client baby boy girl lady mother child"),
    titles=_words(
        "chairman chairperson chair president moderator speaker minister ambassador secretary "
        "director professor doctor safety health care management education support group zero "
        "one two three four five six seven eight nine ten number covid hiv aids tb ebola "
        "monday tuesday wednesday thursday friday saturday sunday january february march "
        "april may june july august september october november december africa african "
        "english french but and so we he she they it if in on at the this that these those "
        "then now what when where who why how is was are were do does did with who's"
    ),
    born=("born", "date of birth", "birth date", "birthday", "dob", "d.o.b"),
    record=(
        "record number",
        "hospital number",
        "file number",
        "folder number",
        "card number",
        "medical record",
        "mrn",
        "patient number",
        "patient id",
        "id number",
        "identity number",
        "national id",
        "passport",
        "admission number",
        "inpatient number",
        "insurance number",
    ),
    phone=("phone", "telephone", "mobile", "whatsapp", "cell", "call me on", "call her on"),
    years=_words("year years year-old years-old yo"),
    months=_words(
        "january february march april may june july august september october november december"
    ),
    digits=_words("zero oh one two three four five six seven eight nine double triple"),
    label=("name", "patient name", "patient", "full name"),
)
_FRENCH = CueWords(
    before_name=_words("m monsieur madame mademoiselle mme mlle nomme nommee appelle appelee"),
    patient=_words("patient patiente cas enfant fillette garcon bebe malade dame"),
    titles=_words(
        "president presidente ministre directeur directrice ambassadeur professeur docteur "
        "moderateur moderatrice secretaire lundi mardi mercredi jeudi vendredi samedi "
        "dimanche janvier fevrier mars avril mai juin juillet aout septembre octobre novembre "
        "decembre afrique covid vih sida et mais donc alors on il elle nous vous ils elles "
        "c'est dans sur avec pour le la les un une des qui que est"
    ),
    born=("ne le", "nee le", "ne en", "nee en", "date de naissance", "naissance", "ne au"),
    record=(
        "numero de dossier",
        "dossier numero",
        "dossier",
        "ipp",
        "numero de patient",
        "numero d'identification",
        "carte numero",
        "numero de carte",
        "passeport",
        "matricule",
        "numero d'hospitalisation",
        "numero d'assurance",
        "numero national",
    ),
    phone=("telephone", "portable", "mobile", "whatsapp", "joindre au", "appeler au", "numero"),
    years=_words("an ans"),
    months=_words(
        "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre"
    ),
    digits=_words("zero un deux trois quatre cinq six sept huit neuf"),
    label=("nom", "nom du patient", "patient", "prenom", "nom et prenom"),
)
_PORTUGUESE = CueWords(
    before_name=_words("sr sra senhor senhora dona chamado chamada chama-se chamava-se"),
    patient=_words("paciente utente doente caso crianca menino menina bebe"),
    titles=_words(
        "presidente ministro ministra director directora diretor diretora professor "
        "professora doutor doutora moderador moderadora embaixador janeiro fevereiro marco "
        "abril maio junho julho agosto setembro outubro novembro dezembro covid hiv sida e "
        "mas entao segunda terca quarta quinta sexta sabado domingo"
    ),
    born=("nasceu em", "nasceu a", "nascido em", "nascida em", "data de nascimento", "nascido a"),
    record=(
        "numero do processo",
        "processo numero",
        "processo clinico",
        "numero de utente",
        "nid",
        "bilhete de identidade",
        "passaporte",
        "numero do cartao",
        "numero de identificacao",
    ),
    phone=("telefone", "telemovel", "celular", "whatsapp", "contacto", "contato"),
    years=_words("ano anos"),
    months=_words(
        "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro"
    ),
    digits=_words("zero um dois tres quatro cinco seis sete oito nove"),
    label=("nome", "nome do paciente", "paciente", "utente"),
)
_SPANISH = CueWords(
    before_name=_words("senor senora sr sra don dona llamado llamada llama"),
    patient=_words("paciente caso nino nina bebe enfermo enferma"),
    titles=_words("presidente presidenta ministro ministra director directora doctor"),
    born=("nacio el", "nacido el", "nacida el", "fecha de nacimiento"),
    record=("historia clinica", "numero de historia", "expediente", "pasaporte", "cedula"),
    phone=("telefono", "celular", "movil", "whatsapp"),
    years=_words("ano anos"),
    months=_words(
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"
    ),
    digits=_words("cero uno dos tres cuatro cinco seis siete ocho nueve"),
    label=("nombre", "paciente"),
)
_SWAHILI = CueWords(
    before_name=_words("bwana bi mama mzee anaitwa aitwaye"),
    patient=_words("mgonjwa mtoto"),
    titles=_words("mwenyekiti waziri daktari rais mkurugenzi"),
    born=("alizaliwa", "tarehe ya kuzaliwa"),
    record=("namba ya faili", "namba ya mgonjwa", "kitambulisho", "pasipoti"),
    phone=("simu", "namba ya simu", "whatsapp"),
    years=_words("miaka umri"),
    digits=_words("sifuri moja mbili tatu nne tano sita saba nane tisa"),
    label=("jina", "jina la mgonjwa"),
)
_INDONESIAN = CueWords(
    before_name=_words("bapak ibu pak bu nyonya tuan bernama"),
    patient=_words("pasien anak"),
    titles=_words("ketua menteri direktur dokter profesor presiden moderator"),
    born=("lahir", "tanggal lahir"),
    record=("nomor rekam medis", "rekam medis", "nik", "nomor ktp", "ktp", "paspor"),
    phone=("telepon", "hp", "whatsapp", "nomor telepon"),
    years=_words("tahun"),
    digits=_words("nol kosong satu dua tiga empat lima enam tujuh delapan sembilan"),
    label=("nama", "nama pasien"),
)
_ARABIC = CueWords(
    before_name=_words("السيد السيدة اسمه اسمها واسمه واسمها يدعى تدعى المدعو المدعوة"),
    patient=_words(
        "المريض المريضة مريض مريضة الطفل الطفلة الحالة الأم الرضيع الرضيعة الشاب الفتاة"
    ),
    given=_words(
        "محمد أحمد محمود علي حسن حسين عمر عثمان إبراهيم إسماعيل يوسف يعقوب موسى عيسى داود سليمان "
        "خالد عبدالله عبدالرحمن عبدالرحيم عبدالعزيز عبدالقادر عبدالكريم عبد مصطفى طارق ياسر سعيد "
        "سالم صالح ناصر منصور جمال كمال آدم إدريس بشير بكري بابكر الطيب الصادق التجاني حامد حمد "
        "مبارك مجدي ماجد هشام وليد أيمن أشرف عادل عماد كريم رامي سامي فيصل فهد زكريا يحيى أنس بلال "
        "حمزة طه ياسين فاطمة عائشة خديجة مريم زينب آمنة حليمة سعاد سلمى سارة هدى نور منى ليلى أمل "
        "إيمان أسماء هبة رقية نادية سمية صفية حواء زهراء رحمة بخيتة كلثوم نفيسة إخلاص عفاف سناء"
    ),
    titles=_words("الرئيس الوزير المدير الدكتور الدكتورة"),
    born=("تاريخ الميلاد", "مواليد", "ولد في", "ولدت في", "ولد عام", "ولدت عام"),
    record=(
        "رقم الملف",
        "رقم المريض",
        "رقم الهوية",
        "رقم البطاقة",
        "الرقم الوطني",
        "الرقم الطبي",
        "جواز السفر",
    ),
    phone=("هاتف", "الهاتف", "هاتفه", "هاتفها", "تلفون", "جوال", "الجوال", "واتساب"),
    years=_words("سنة سنوات عاما أعوام عام"),
    months=_words(
        "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر جانفي فيفري "
        "أفريل ماي جوان جويلية أوت"
    ),
    digits=_words("صفر واحد اثنان اثنين ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة"),
    label=("الاسم", "اسم المريض", "اسم المريضة"),
)
_AMHARIC = CueWords(
    before_name=_words("አቶ ወይዘሮ ወይዘሪት ስሙ ስሟ ስማቸው"),
    patient=_words("ታካሚ ታካሚው ታካሚዋ በሽተኛ በሽተኛው በሽተኛዋ ህፃኑ ህፃኗ እናት"),
    given=_words(
        "አበበ አበራ አለሙ አሰፋ ከበደ ተስፋዬ በቀለ ታደሰ ደረጀ ግርማ ሃይሉ መኮንን ዮሐንስ ዳዊት ሰለሞን ብርሃኑ ዳንኤል "
        "ሳሙኤል ጌታቸው ፍቃዱ መሐመድ አህመድ አሊ ሁሴን አለማየሁ አስቴር አልማዝ ብርቱካን ሰላም ሃና ማርታ ሳራ ትዕግስት መሰረት "
        "ፋጡማ ዘይነብ ከድጃ ራሄል ቤተልሔም ህይወት ጽጌ ወርቅነሽ አይናለም ሙሉ ገነት"
    ),
    titles=_words("ሰብሳቢ ሚኒስትር ዳይሬክተር ዶክተር ፕሮፌሰር"),
    born=("የተወለደው", "የተወለደችው", "የትውልድ ቀን", "ተወለደ", "ተወለደች"),
    record=("ካርድ ቁጥር", "የካርድ ቁጥር", "መታወቂያ ቁጥር", "የመታወቂያ ቁጥር", "ፓስፖርት"),
    phone=("ስልክ", "ስልክ ቁጥር", "ስልኩ", "ስልኳ", "ሞባይል"),
    years=_words("ዓመት አመት ዓመቱ ዓመቷ"),
    months=_words("መስከረም ጥቅምት ህዳር ታህሳስ ጥር የካቲት መጋቢት ሚያዝያ ግንቦት ሰኔ ሐምሌ ነሐሴ ጳጉሜ"),
    digits=_words("ዜሮ አንድ ሁለት ሶስት አራት አምስት ስድስት ሰባት ስምንት ዘጠኝ"),
    label=("ስም", "የታካሚ ስም", "የታካሚው ስም"),
)
BY_LANGUAGE: Mapping[str, CueWords] = MappingProxyType(
    {
        "en": _ENGLISH,
        "fr": _FRENCH,
        "pt": _PORTUGUESE,
        "es": _SPANISH,
        "sw": _SWAHILI,
        "id": _INDONESIAN,
        "ar": _ARABIC,
        "am": _AMHARIC,
    }
)
NO_CUES = CueWords()
UNCASED = frozenset({"ar", "am"})
"""Written without capitals: a name is whatever follows "named", and what is known as one after
"the patient"."""
PARTICLES = _words("de da do dos das del la le van von der den ben bin bint al el ould abu")
"""Small words inside a name."""
