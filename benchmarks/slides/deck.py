"""The words of the made webinars: pages of slides in English and French, in many layouts.

Only data. `drawing` draws them; the benchmark compares what was read with what stands here.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One slide."""

    layout: str
    """`title`, `bullets`, `columns`, `table`, `picture` (words beside one) or `photo`."""
    title: str = ""
    lines: tuple[str, ...] = ()
    """Bullets; of `columns` the first half stands left; of `table` cells parted by `|`."""
    theme: str = "light"
    """A key of `drawing.THEMES`."""
    footer: str = ""
    number: int = 0
    """Of the page; also chooses its picture."""

    def words(self) -> list[str]:
        """Give all words on it."""
        shown_number = str(self.number) if self.footer else ""
        text = " ".join((self.title, *self.lines, self.footer, shown_number))
        return text.replace("|", " ").split()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Deck:
    theme: str
    footer: str
    pages: list[Page] = field(default_factory=list)

    def add(self, layout: str, title: str, *lines: str) -> "_Deck":
        number = len(self.pages) + 1
        footer = "" if layout in _PLAIN else self.footer
        self.pages.append(
            Page(
                layout=layout, title=title, lines=lines, theme=self.theme, footer=footer,
                number=number,
            )
        )  # fmt: skip
        return self


_PLAIN = ("title", "photo")

MALARIA = (
    _Deck(theme="light", footer="Clinical exchange, session 12")
    .add("title", "Severe malaria in children", "Dr Amina Bello, Lilongwe Central Hospital")
    .add(
        "bullets",
        "Danger signs on admission",
        "Impaired consciousness or repeated convulsions",
        "Respiratory distress and deep breathing",
        "Haemoglobin below 5 g/dL",
        "Blood glucose below 2.2 mmol/L",
        "Dark urine, jaundice, abnormal bleeding",
    )
    .add(
        "bullets",
        "Treatment: the first 24 hours",
        "Artesunate 3 mg/kg below 20 kg body weight",
        "Artesunate 2.4 mg/kg for all others",
        "Give at 0, 12 and 24 hours",
        "Intramuscular if no venous access",
    )
    .add(
        "table",
        "Artesunate dosing by weight",
        "Weight|Dose|Volume IV",
        "6 to 7 kg|20 mg|2 ml",
        "8 to 10 kg|30 mg|3 ml",
        "11 to 13 kg|40 mg|4 ml",
        "14 to 16 kg|45 mg|5 ml",
        "17 to 20 kg|60 mg|6 ml",
    )
    .add(
        "picture",
        "Thick blood film",
        "Plasmodium falciparum",
        "Count asexual parasites",
        "Repeat every 12 hours",
        "until negative",
    )
    .add(
        "columns",
        "Which drug, and when",
        "First line",
        "Artesunate intravenous",
        "then artemether-lumefantrine",
        "for three days",
        "Second line",
        "Artemether intramuscular",
        "or quinine infusion",
        "with glucose monitoring",
    )
    .add(
        "bullets",
        "After artesunate",
        "Delayed haemolysis between day 7 and day 21",
        "Check haemoglobin weekly for four weeks",
        "Tell the family when to return",
    )
    .add("photo", "", "Ward round, Blantyre")
    .add(
        "bullets",
        "Take home messages",
        "Test before you treat",
        "Parenteral artesunate saves lives",
        "Refer early and treat before transfer",
    )
).pages

PALUDISME = (
    _Deck(theme="dark", footer="Échanges cliniques Afrique - Chine")
    .add("title", "Prise en charge de l'hypoxémie", "Pr Mamadou Diallo, CHU de Conakry")
    .add(
        "bullets",
        "Évaluer la gravité à l'arrivée",
        "Saturation en oxygène inférieure à 90 %",
        "Fréquence respiratoire supérieure à 30 par minute",
        "Tirage intercostal, battement des ailes du nez",
        "Altération de l'état de conscience",
    )
    .add(
        "bullets",
        "Oxygénothérapie : objectifs",
        "Viser une saturation de 92 à 96 %",
        "Lunettes nasales : 1 à 5 litres par minute",
        "Masque à réserve : 10 à 15 litres par minute",
        "Réévaluer après quinze minutes",
    )
    .add(
        "table",
        "Débit selon le dispositif",
        "Dispositif|Débit|Fraction",
        "Lunettes nasales|1 à 5 l/min|24 à 40 %",
        "Masque simple|6 à 10 l/min|35 à 60 %",
        "Masque à réserve|10 à 15 l/min|60 à 90 %",
        "Haut débit nasal|30 à 60 l/min|21 à 100 %",
    )
    .add(
        "picture",
        "Décubitus ventral",
        "Douze à seize heures",
        "par jour si toléré",
        "Surveiller les points",
        "d'appui et la sonde",
    )
    .add(
        "columns",
        "Médicaments associés",
        "Recommandés",
        "Dexaméthasone 6 mg",
        "Héparine préventive",
        "Paracétamol si fièvre",
        "Non recommandés",
        "Hydroxychloroquine",
        "Ivermectine seule",
        "Antibiotiques d'emblée",
    )
    .add(
        "bullets",
        "Sevrage de l'oxygène",
        "Patient stable depuis vingt-quatre heures",
        "Diminuer d'un litre toutes les quatre heures",
        "Vérifier la saturation à l'effort",
    )
    .add(
        "bullets",
        "Messages clés",
        "Mesurer la saturation chez tous les malades",
        "Prescrire l'oxygène comme un médicament",
        "Prévoir les réserves à l'avance",
    )
).pages

SEPSIS = (
    _Deck(theme="header", footer="Africa CDC webinar series")
    .add("title", "Sepsis in district hospitals", "Recognise, resuscitate, refer")
    .add(
        "columns",
        "Recognise early",
        "Adults",
        "Systolic below 100 mmHg",
        "Respiratory rate over 22",
        "Confusion of any degree",
        "Children",
        "Capillary refill over 3 s",
        "Cold hands and feet",
        "Weak and fast pulse",
    )
    .add(
        "bullets",
        "The first hour",
        "Take blood cultures before antibiotics",
        "Ceftriaxone 2 g or ampicillin with gentamicin",
        "Ringer lactate 30 ml/kg, reassess often",
        "Noradrenaline if pressure stays low",
        "Measure lactate where available",
    )
    .add(
        "table",
        "Empirical antibiotics",
        "Source|First choice|Duration",
        "Pneumonia|Ceftriaxone|5 days",
        "Meningitis|Ceftriaxone|10 days",
        "Urinary tract|Gentamicin|7 days",
        "Abdomen|Metronidazole added|7 days",
        "Unknown|Ampicillin, gentamicin|7 days",
    )
    .add(
        "bullets",
        "Fluids: the FEAST lesson",
        "Boluses harmed children with severe febrile illness",
        "Give maintenance fluids slowly",
        "Transfuse early in severe anaemia",
    )
    .add(
        "picture",
        "Point of care lactate",
        "Capillary sample",
        "Result in 60 seconds",
        "Repeat after 2 hours",
        "Falling is good news",
    )
    .add(
        "bullets",
        "Source control",
        "Drain abscesses within twelve hours",
        "Remove infected catheters",
        "Retained products: evacuate the uterus",
        "Surgical review for peritonitis",
    )
    .add("photo", "", "Emergency room, Ouagadougou")
    .add("title", "Questions and discussion", "Write them in the chat, please")
).pages

MATERNAL = (
    _Deck(theme="sand", footer="Santé maternelle et néonatale")
    .add("title", "Hémorragie du post-partum", "Dr Fatoumata Koné, Bamako")
    .add(
        "bullets",
        "Définition et fréquence",
        "Perte de plus de 500 ml en vingt-quatre heures",
        "Première cause de mortalité maternelle",
        "La plupart des décès sont évitables",
    )
    .add(
        "bullets",
        "Conduite à tenir",
        "Appeler à l'aide et masser l'utérus",
        "Ocytocine 10 UI en intramusculaire",
        "Acide tranexamique 1 g en dix minutes",
        "Deux voies veineuses de gros calibre",
        "Sonder et vider la vessie",
    )
    .add(
        "table",
        "Utérotoniques disponibles",
        "Produit|Dose|Voie",
        "Ocytocine|10 UI|IM ou IV",
        "Carbétocine|100 µg|IM ou IV",
        "Misoprostol|800 µg|sublinguale",
        "Ergométrine|0,2 mg|IM",
    )
    .add(
        "columns",
        "Les quatre causes",
        "Fréquentes",
        "Atonie utérine",
        "Lésions du col",
        "et du périnée",
        "Plus rares",
        "Rétention placentaire",
        "Troubles de la",
        "coagulation",
    )
    .add(
        "picture",
        "Ballonnet de tamponnement",
        "Préservatif et sonde",
        "300 à 500 ml",
        "Garder douze heures",
        "Antibiotiques associés",
    )
    .add(
        "bullets",
        "Prévention",
        "Prise en charge active de la troisième période",
        "Traiter l'anémie pendant la grossesse",
        "Accouchement assisté par du personnel qualifié",
    )
).pages
