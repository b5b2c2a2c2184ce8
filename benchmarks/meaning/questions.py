"""Questions in one language whose answer was said in another; written by the project.

Each passage is what someone might say in a session, spoken punctuation and all. The passages of
`OTHERS` are about neighbouring matters, so that a question's topic alone does not find the answer.
"""

# Letters and signs of many scripts are what this file is about.
# ruff: noqa: RUF001

ANSWERED = (
    # question, its language, passage, its language
    (
        "how much artesunate for a child with severe malaria",
        "en",
        (
            "Chez l'enfant de moins de vingt kilos, nous donnons trois milligrammes par kilo "
            "d'artésunate par voie intraveineuse, à l'admission, à douze heures puis à "
            "vingt-quatre heures, avant de passer au traitement oral."
        ),
        "fr",
    ),
    (
        "comment réduire l'hémorragie après l'accouchement",
        "fr",
        (
            "After the baby is born we give ten units of oxytocin straight away, massage the "
            "womb, and if she keeps bleeding we add tranexamic acid within three hours."
        ),
        "en",
    ),
    (
        "quando colocar o doente em decúbito ventral",
        "pt",
        (
            "If the patient still needs a lot of oxygen on the mask we turn him onto his belly "
            "for twelve to sixteen hours a day, and many of them get better saturation that way."
        ),
        "en",
    ),
    (
        "oxygen for a baby who cannot breathe well",
        "en",
        (
            "O recém-nascido com dificuldade para respirar recebe oxigénio por cânula nasal, e se "
            "continua a gemer montamos um CPAP de bolhas com um frasco de água."
        ),
        "pt",
    ),
    (
        "كيف نعالج ارتفاع ضغط الدم أثناء الحمل",
        "ar",
        (
            "For a pregnant woman with a blood pressure above one sixty we start methyldopa or "
            "nifedipine, and if she has headache or sees lights we give magnesium sulphate."
        ),
        "en",
    ),
    (
        "what to feed a severely malnourished child in the first days",
        "en",
        (
            "Mtoto mwenye utapiamlo mkali hupewa maziwa ya F-75 kila saa tatu kwa siku za mwanzo, "
            "na hatupi chakula kingi haraka kwa sababu anaweza kufa."
        ),
        "sw",
    ),
    (
        "如何预防医院内感染",
        "zh",
        (
            "We keep infections down on the ward by washing our hands at the five moments, by "
            "cleaning the beds between patients, and by not leaving catheters in for longer than "
            "needed."
        ),
        "en",
    ),
    (
        "traitement de la tuberculose résistante aux médicaments",
        "fr",
        (
            "耐多药结核病患者我们用贝达喹啉、利奈唑胺和莫西沙星的短程方案，全口服，一般六到九个月，期间要监测"
            "心电图。"
        ),
        "zh",
    ),
    (
        "how do we protect nurses when there are not enough masks",
        "en",
        (
            "Quando faltam máscaras, reservamos as N95 para quem entuba e aspira, e usamos "
            "viseiras laváveis e máscaras cirúrgicas no resto do serviço, trocando quando ficam "
            "húmidas."
        ),
        "pt",
    ),
    (
        "dalili za sepsis kwa mtoto mchanga",
        "sw",
        (
            "A newborn who stops feeding, is floppy, has a temperature that is high or low and "
            "breathes more than sixty times a minute should be treated for sepsis at once."
        ),
        "en",
    ),
    (
        "why do people refuse the vaccine and what can we say to them",
        "en",
        (
            "Dans les villages, beaucoup ont entendu que la piqûre rend stérile. Nous venons avec "
            "le chef et une mère déjà vaccinée, nous écoutons d'abord, puis nous répondons aux "
            "rumeurs."
        ),
        "fr",
    ),
    (
        "bagaimana merawat luka kaki pada penderita kencing manis",
        "id",
        (
            "For diabetic foot ulcers we check the pulses, clean the wound every day, take the "
            "weight off the foot, and control the sugar; antibiotics only when it is really "
            "infected."
        ),
        "en",
    ),
    (
        "managing a person who wants to harm himself",
        "en",
        (
            "إذا قال المريض إنه يفكر في الانتحار فلا تتركوه وحده، واسألوه بوضوح عن الخطة، وأبعدوا "
            "الأدوية والأدوات الحادة، واتصلوا بأهله وبالطبيب النفسي."
        ),
        "ar",
    ),
    (
        "ክትባት በቀዝቃዛ ቦታ እንዴት ይቀመጣል",
        "am",
        (
            "Vaccines must stay between two and eight degrees all the way, so we check the fridge "
            "twice a day and carry them to the village with ice packs in a cold box."
        ),
        "en",
    ),
    (
        "que faire après une morsure de chien",
        "fr",
        (
            "Wash the bite with soap and running water for fifteen minutes, give the rabies "
            "vaccine the same day, and put immunoglobulin into the wound when the skin is broken."
        ),
        "en",
    ),
    (
        "steroids for patients with COVID pneumonia",
        "en",
        (
            "Les malades qui ont besoin d'oxygène reçoivent six milligrammes de dexaméthasone par "
            "jour pendant dix jours ; ceux qui n'en ont pas besoin n'en tirent aucun bénéfice."
        ),
        "fr",
    ),
    (
        "como tratar a cólera num campo de refugiados",
        "pt",
        (
            "In the cholera tent every patient gets oral rehydration from a bucket with a tap, "
            "those in shock two large drips of Ringer, and we measure what they lose with a "
            "bucket under the bed."
        ),
        "en",
    ),
    (
        "telling a family that their relative is dying",
        "en",
        (
            "我们先请家属坐下，问他们已经知道多少，再用简单的话说明病人时间不多了，然后安静地陪着他们，让他们"
            "哭。"
        ),
        "zh",
    ),
    (
        "wanawake wajawazito wenye VVU wanawezaje kumlinda mtoto",
        "sw",
        (
            "A mother with HIV who takes her tablets every day and has an undetectable viral load "
            "hardly ever passes it on, and the baby gets nevirapine syrup for six weeks."
        ),
        "en",
    ),
    (
        "how do we know whether a test for malaria was right",
        "en",
        (
            "Kipimo cha haraka kinaweza kubaki chanya wiki kadhaa baada ya matibabu, kwa hiyo "
            "tunaangalia damu kwa hadubini kama mgonjwa amepata dawa hivi karibuni."
        ),
        "sw",
    ),
)

OTHERS = (
    # language, passage
    (
        "en",
        (
            "For uncomplicated malaria in a child we give artemether-lumefantrine twice a day for "
            "three days with some food or milk."
        ),
    ),
    (
        "en",
        (
            "Sleep under a treated net every night, and let the team spray the walls before the "
            "rains."
        ),
    ),
    (
        "fr",
        (
            "Le paludisme chez la femme enceinte se prévient par la sulfadoxine-pyriméthamine à "
            "chaque consultation à partir du deuxième trimestre."
        ),
    ),
    (
        "pt",
        (
            "A quinina continua a ser usada quando não há artesunato, mas dá zumbidos e "
            "hipoglicemia."
        ),
    ),
    (
        "en",
        (
            "Every pregnant woman should come for eight contacts, and we check her blood and her "
            "urine."
        ),
    ),
    (
        "fr",
        (
            "Le travail dure trop longtemps quand la tête ne descend pas ; alors il faut une "
            "césarienne."
        ),
    ),
    (
        "pt",
        (
            "A hipertensão no adulto trata-se primeiro com menos sal, mais exercício e um "
            "comprimido."
        ),
    ),
    (
        "sw",
        "Wagonjwa wa presha wanapaswa kupima kila mwezi na kunywa dawa kila siku bila kukosa.",
    ),
    (
        "en",
        (
            "We treat high blood pressure with amlodipine first and add a second tablet after a "
            "month."
        ),
    ),
    (
        "zh",
        "儿童重症肺炎首先要保持呼吸道通畅，吸氧，并尽早使用抗生素。",
    ),
    (
        "en",
        (
            "Children with fast breathing get amoxicillin, and those with chest indrawing come to "
            "the ward."
        ),
    ),
    (
        "en",
        (
            "O concentrador de oxigénio precisa de eletricidade estável e de filtros limpos toda "
            "a semana."
        ),
    ),
    (
        "en",
        (
            "The ventilator alarms when the pressure is too high; look for a kink or for "
            "secretions first."
        ),
    ),
    (
        "fr",
        ("Nous manquons de lits de réanimation, donc nous trions selon la gravité et les chances."),
    ),
    (
        "sw",
        "Maziwa ya mama pekee ni chakula bora kwa mtoto kwa miezi sita ya mwanzo.",
    ),
    (
        "en",
        ("Ready-to-use paste is given at home to children with a small arm but a good appetite."),
    ),
    (
        "fr",
        "Les enfants reçoivent de la vitamine A et un vermifuge tous les six mois.",
    ),
    (
        "en",
        (
            "TB patients take four medicines for two months and two for four more, watched by a "
            "neighbour."
        ),
    ),
    (
        "zh",
        "结核病的密切接触者应当筛查，并考虑预防性治疗。",
    ),
    (
        "ar",
        "مرضى السل يجب أن يغطوا أفواههم عند السعال وأن تفتح النوافذ.",
    ),
    (
        "pt",
        "Todos os contactos de um caso de ébola são vistos durante vinte e um dias.",
    ),
    (
        "sw",
        "Wagonjwa wenye ebola hutengwa mara moja na familia hupewa maelezo.",
    ),
    (
        "en",
        "Hand sanitizer works on most germs but soap is better when hands are dirty.",
    ),
    (
        "zh",
        "手术器械应先清洗再高压灭菌，并记录每一锅的指示结果。",
    ),
    (
        "en",
        "A newborn is dried, kept warm on the mother's chest and not bathed on the first day.",
    ),
    (
        "fr",
        "Le cordon est coupé avec une lame stérile et laissé propre et sec, sans pansement.",
    ),
    (
        "pt",
        ("Um bebé prematuro fica pele a pele com a mãe, dia e noite, e ganha peso mais depressa."),
    ),
    (
        "en",
        "The measles campaign found many children who had never had a single injection.",
    ),
    (
        "en",
        "Polio drops are given house by house, and the finger is marked with ink.",
    ),
    (
        "am",
        "ክትባት ያልወሰዱ ሕፃናት በኩፍኝ ይታመማሉ።",
    ),
    (
        "am",
        "የስኳር ሕመምተኞች እግራቸውን በየቀኑ ማየት አለባቸው።",
    ),
    (
        "en",
        "Insulin is kept cool in a clay pot, and the patient learns to inject into the belly.",
    ),
    (
        "id",
        "Penderita diabetes sebaiknya berjalan kaki tiga puluh menit setiap hari.",
    ),
    (
        "id",
        "Demam berdarah diwaspadai bila trombosit turun dan perut terasa sangat nyeri.",
    ),
    (
        "en",
        "Depression is common after birth, and a friendly visit each week already helps.",
    ),
    (
        "fr",
        ("L'épilepsie se soigne avec du phénobarbital et il ne faut rien mettre dans la bouche."),
    ),
    (
        "ar",
        "الصرع مرض يعالج بالدواء وليس مسا من الجن.",
    ),
    (
        "en",
        "Patients who drink heavily may shake and see things two days after they stop.",
    ),
    (
        "fr",
        "Après une morsure de serpent on immobilise le membre et on ne pose jamais de garrot.",
    ),
    (
        "en",
        "Snake venom clots the blood; the whole-blood clotting test takes twenty minutes.",
    ),
    (
        "en",
        "A broken leg is splinted, and the pulse below it is felt before and after.",
    ),
    (
        "fr",
        "Nos premiers cas de COVID étaient des voyageurs, presque tous jeunes et peu malades.",
    ),
    (
        "en",
        "Hydroxychloroquine did not help in the trials and we no longer give it.",
    ),
    (
        "zh",
        "新冠患者俯卧位通气需要四个人配合，注意气管插管不要脱出。",
    ),
    (
        "en",
        "Long after COVID some people remain tired and short of breath on the stairs.",
    ),
    (
        "en",
        ("Typhoid gives a fever that climbs for a week; the drug of choice here is azithromycin."),
    ),
    (
        "en",
        "A diarreia com sangue trata-se com ciprofloxacina e zinco durante dez dias.",
    ),
    (
        "en",
        "Zinc for ten days makes diarrhoea shorter and the next one less likely.",
    ),
    (
        "en",
        (
            "Water from the river is treated with chlorine, two drops a litre, and left for half "
            "an hour."
        ),
    ),
    (
        "en",
        "Latrines are dug thirty metres from the well and lime is added every evening.",
    ),
    (
        "en",
        "Women with HIV are screened for cervical cancer every year with vinegar.",
    ),
    (
        "fr",
        "Les préservatifs sont gratuits au centre de santé, on ne demande pas le nom.",
    ),
    (
        "en",
        "PrEP is one tablet a day for people who are likely to meet the virus.",
    ),
    (
        "fr",
        (
            "Un patient en fin de vie a droit à la morphine, et la constipation se prévient "
            "d'emblée."
        ),
    ),
    (
        "en",
        "Morphine syrup is made at the hospital pharmacy and costs a dollar a week.",
    ),
    (
        "en",
        "The blood bank is empty at holidays, so families are asked to donate.",
    ),
    (
        "en",
        "We count respirations for a full minute while the child is calm.",
    ),
    (
        "en",
        ("The stock-out of gloves lasted three weeks because the order went to the wrong depot."),
    ),
    (
        "en",
        ("Community health workers carry a phone with the decision tree and a bag of medicines."),
    ),
    (
        "en",
        "Telemedicine rounds with the teaching hospital take place every Thursday at two.",
    ),
)

UNANSWERED = (
    "football results",
    "how to repair a car engine",
    "election in parliament",
    "recette de gâteau au chocolat",
    "tax return form",
    "bitcoin price",
    "كرة القدم",
    "dental braces",
    "autism therapy",
)
"""What no passage is about."""
