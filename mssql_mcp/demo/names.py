"""Words from which the sample data is put together."""

from __future__ import annotations

# code, English name, local name, region, currency, VAT in thousandths (None: none), UTC offset in minutes, flag, cities
COUNTRIES: tuple[tuple[str, str, str, str, str, int | None, int, str, tuple[str, ...]], ...] = (
    ("AT", "Austria", "Österreich", "Europe", "EUR", 200, 60, "🇦🇹", ("Wien", "Graz", "Linz")),
    ("AU", "Australia", "Australia", "Oceania", "AUD", 100, 600, "🇦🇺", ("Brisbane", "Hobart")),
    ("BR", "Brazil", "Brasil", "Americas", "BRL", 170, -180, "🇧🇷", ("São Paulo", "Recife", "Curitiba")),
    ("CA", "Canada", "Canada", "Americas", "CAD", 50, -300, "🇨🇦", ("Montréal", "Halifax", "Ottawa")),
    ("CH", "Switzerland", "Schweiz", "Europe", "CHF", 81, 60, "🇨🇭", ("Zürich", "Genève", "Bern")),
    ("DE", "Germany", "Deutschland", "Europe", "EUR", 190, 60, "🇩🇪", ("Köln", "Leipzig", "München", "Lübeck")),
    ("DK", "Denmark", "Danmark", "Europe", "DKK", 250, 60, "🇩🇰", ("Aarhus", "København", "Tønder")),
    ("ES", "Spain", "España", "Europe", "EUR", 210, 60, "🇪🇸", ("Sevilla", "A Coruña", "Málaga")),
    ("FR", "France", "France", "Europe", "EUR", 200, 60, "🇫🇷", ("Nîmes", "Lyon", "Besançon", "Lille")),
    ("GB", "United Kingdom", "United Kingdom", "Europe", "GBP", 200, 0, "🇬🇧", ("Leeds", "Bristol", "Dundee")),
    ("GR", "Greece", "Ελλάδα", "Europe", "EUR", 240, 120, "🇬🇷", ("Πάτρα", "Βόλος")),
    ("IN", "India", "भारत", "Asia", "INR", 180, 330, "🇮🇳", ("पुणे", "Kochi", "Jaipur")),
    ("IS", "Iceland", "Ísland", "Europe", "ISK", 240, 0, "🇮🇸", ("Reykjavík", "Akureyri")),
    ("JP", "Japan", "日本", "Asia", "JPY", 100, 540, "🇯🇵", ("京都", "札幌", "横浜")),
    ("MA", "Morocco", "المغرب", "Africa", "MAD", 200, 60, "🇲🇦", ("فاس", "Rabat")),
    ("NO", "Norway", "Norge", "Europe", "NOK", 250, 60, "🇳🇴", ("Tromsø", "Bergen", "Ålesund")),
    ("NP", "Nepal", "नेपाल", "Asia", "NPR", 130, 345, "🇳🇵", ("पोखरा",)),
    ("NZ", "New Zealand", "Aotearoa", "Oceania", "NZD", 150, 720, "🇳🇿", ("Dunedin", "Whangārei")),
    ("PL", "Poland", "Polska", "Europe", "PLN", 230, 60, "🇵🇱", ("Łódź", "Gdańsk", "Kraków")),
    ("UA", "Ukraine", "Україна", "Europe", "UAH", 200, 120, "🇺🇦", ("Львів", "Одеса")),
    (
        "US",
        "United States",
        "United States",
        "Americas",
        "USD",
        None,
        -300,
        "🇺🇸",
        ("Duluth", "Savannah", "Boise", "Tucson"),
    ),
    ("ZA", "South Africa", "South Africa", "Africa", "ZAR", 150, 120, "🇿🇦", ("Durban", "Gqeberha")),
)
# How much of the trade each country has, in the order above.
COUNTRY_WEIGHTS = (5, 3, 4, 5, 5, 16, 5, 6, 9, 10, 2, 3, 2, 5, 1, 6, 1, 2, 5, 2, 14, 2)

GIVEN_NAMES = (
    "Ada", "Aiko", "Amara", "Anaïs", "Anders", "Béla", "Birgit", "Bożena", "Carmen", "Chidi", "Clara", "Dag", "Dilnoza", "Eero",
    "Elif", "Emre", "Fatou", "Finn", "Gül", "Hana", "Henrik", "Ines", "Ingrid", "Jamal", "Jorunn", "José", "Jürgen", "Katya",
    "Kenji", "Laila", "Léa", "Linh", "Łukasz", "Maren", "Mateo", "Mehmet", "Mina", "Ngozi", "Niamh", "Noor", "Ólafur", "Oksana",
    "Paolo", "Priya", "Quentin", "Rafael", "Ravi", "Renée", "Rosa", "Saoirse", "Sigrún", "Søren", "Tariq", "Tess", "Thandi",
    "Tomáš", "Ulla", "Vera", "Wanda", "Xavier", "Yara", "Yusuf", "Zoë", "Zsófia",
)  # fmt: skip
FAMILY_NAMES = (
    "Abara", "Adler", "Almeida", "Ångström-Vik", "Baker", "Bianchi", "Björnsdóttir", "Brandt", "Castellan", "Chandra", "Čapek-Ruis",
    "D'Amaro", "Dahlgren", "Duarte", "Eriksen", "Fábri", "Farouk", "Fischer", "Fournier", "Galán", "Grönlund", "Hadley", "Haugen",
    "Ibarra", "Ishii", "Jensen", "Kamara", "Kask", "Keller", "Kowal", "Lindqvist", "López", "Mbeki-Ross", "McArdle", "Medina",
    "Moreau", "Nakata", "Nguyen", "Novák", "O'Hare", "Okoye", "Østby", "Papadakis", "Petrov", "Quist", "Rahman", "Ritter", "Rossi",
    "Sánchez", "Schäfer", "Silva", "Szabó", "Tanaka", "Tóth", "Ueda", "Vasquez", "Wójcik", "Yıldız", "Zeller",
)  # fmt: skip

DEPARTMENTS = (
    # name, parent (1-based position here), cost centre, yearly budget in euro or None
    ("Management", None, "MG0100", 1_250_000), ("Production", 1, "PR0200", 4_800_000), ("Assembly", 2, "PR0210", 1_900_000),
    ("Test Bench", 2, "PR0220", 640_000), ("Warehousing", 2, "PR0230", 880_000), ("Sales", 1, "SA0300", 2_100_000),
    ("Key Accounts", 6, "SA0310", 730_000), ("Web Shop", 6, "SA0320", 410_000), ("Design", 1, "DE0400", 960_000),
    ("People & Culture", 1, "HR0500", 380_000), ("Finance", 1, "FI0600", 520_000), ("Lighthouse Lab", 9, "DE0410", None),
)  # fmt: skip
JOB_TITLES = {
    1: ("Head of Office",), 2: ("Production Planner", "Process Engineer"), 3: ("Fitter", "Glass Worker", "Line Lead"),
    4: ("Test Engineer", "Photometry Technician"), 5: ("Storekeeper", "Forklift Driver", "Dispatcher"),
    6: ("Sales Representative", "Sales Assistant"), 7: ("Account Manager",), 8: ("Shop Editor", "Web Developer"),
    9: ("Industrial Designer", "Model Maker"), 10: ("Recruiter", "Payroll Clerk"), 11: ("Accountant", "Controller"),
    12: ("Researcher",),
}  # fmt: skip

CATEGORIES = (
    # name, parent (1-based position here)
    ("Lanterns", None), ("Storm Lanterns", 1), ("Paper Lanterns", 1), ("LED Lanterns", 1), ("Lamps", None), ("Desk Lamps", 5),
    ("Floor Lamps", 5), ("Ceiling Lamps", 5), ("Head Torches", None), ("Garden Lights", None), ("Path Lights", 10),
    ("String Lights", 10), ("Signal Lamps", None), ("Ship Lights", 13), ("Rail Lamps", 13), ("Parts", None), ("Glass Chimneys", 16),
    ("Batteries", 16),
)  # fmt: skip
CATEGORY_NOUNS = {
    2: ("Storm Lantern", 3900), 3: ("Paper Lantern", 1250), 4: ("LED Lantern", 4500), 6: ("Desk Lamp", 7900),
    7: ("Floor Lamp", 14900), 8: ("Pendant", 11900), 9: ("Head Torch", 3400), 11: ("Path Light", 2900),
    12: ("String Light", 2200), 14: ("Ship Light", 18900), 15: ("Rail Lamp", 21900), 17: ("Glass Chimney", 890),
    18: ("Battery Pack", 1990),
}  # fmt: skip
PRODUCT_NAMES = (
    "Skerry", "Halden", "Marrow", "Brightwell", "Ostara", "Fjell", "Kumo", "Polaris", "Tern", "Ember", "Luz", "Nocturne", "Åska",
    "Tamarind", "Quill", "Vesper",
)  # fmt: skip
COLOURS = ("brass", "black", "white", "copper", "sea green", "red", "grey")

BUSINESS_WORDS = (
    "Harbour", "Alpine", "Northgate", "Old Mill", "Blue Door", "Lindenhof", "Casa Sol", "Fjord", "Granite", "Juniper", "Meridian",
    "Orchard", "Riverside", "Saltmarsh", "Topiary", "Umbra", "Willow", "Zephyr", "Kiln", "Maple", "Cobalt", "Larkspur",
)  # fmt: skip
BUSINESS_KINDS = (
    "Lighting", "Interiors", "Outfitters", "Hotels", "Theatre", "Garden Centre", "Chandlers", "Design Studio", "Camping", "Trading",
)  # fmt: skip
BUSINESS_FORMS = {
    "AT": "GmbH", "AU": "Pty Ltd", "BR": "Ltda", "CA": "Inc.", "CH": "AG", "DE": "GmbH", "DK": "A/S", "ES": "S.L.", "FR": "SARL",
    "GB": "Ltd", "GR": "ΑΕ", "IN": "Pvt Ltd", "IS": "ehf.", "JP": "株式会社", "MA": "SARL", "NO": "AS", "NP": "Pvt Ltd", "NZ": "Ltd",
    "PL": "sp. z o.o.", "UA": "ТОВ", "US": "LLC", "ZA": "(Pty) Ltd",
}  # fmt: skip
LOCAL_BUSINESSES = {
    "GR": ("Φάρος Φωτισμός", "Αστέρι Σπίτι"), "IN": ("दीपक प्रकाश", "Ujala Traders"), "JP": ("月あかり商店", "灯台照明", "ほたる屋"),
    "MA": ("فانوس المدينة", "نور البيت"), "UA": ("Світлий Дім", "Ліхтар"), "NP": ("बत्ती पसल",),
}  # fmt: skip
STREETS = (
    "Mill Lane", "Harbour Road", "Königsallee", "Rue des Érables", "Calle Mayor", "Storgata", "ul. Długa", "Via Nuova", "Quay Street",
    "Am Markt", "Strandvejen", "Οδός Ερμού", "寺町通", "вул. Зелена", "Rua das Flores",
)  # fmt: skip
SUPPLIER_NAMES = (
    ("Glashütte Weidental", "DE"), ("Lumen Parts Øst", "DK"), ("東光電池", "JP"), ("Brass & Sons", "GB"), ("Cobre Viejo", "ES"),
    ("Fil d'Or", "FR"), ("Krakowskie Szkło", "PL"), ("Tin Can Alley", "US"), ("Papír Műhely", "AT"), ("Lodestar Optics", "CH"),
    ("प्रकाश उद्योग", "IN"), ("Nordlys Elektro", "NO"), ("Sertão Têxtil", "BR"), ("Ліхтарна Майстерня", "UA"),
)  # fmt: skip
WAREHOUSES = (
    # code, city, country, moment of opening in UTC, offset, area
    ("HAM", "Hamburg", "DE", "2015-04-01 06:00:00", "+02:00", 5200.5), ("LEE", "Leeds", "GB", "2017-09-18 07:30:00", "+01:00", 3100.25),
    ("DUL", "Duluth", "US", "2019-01-14 14:00:00", "-06:00", 2750.0), ("KYO", "京都", "JP", "2020-11-02 00:00:00", "+09:00", 1480.75),
    ("KTM", "Kathmandu", "NP", "2023-06-05 03:15:00", "+05:45", None),
)  # fmt: skip
STATUSES = (
    # id, code, label, final
    (1, "NEW", "New", 0), (2, "PAID", "Paid", 0), (3, "PACKED", "Packed", 0), (4, "SHIPPED", "Shipped", 0),
    (5, "DELIVERED", "Delivered", 1), (6, "CANCELLED", "Cancelled", 1), (7, "RETURNED", "Returned", 1),
)  # fmt: skip
NOTES = (
    "Please ring twice.", "Leave with the neighbour 🙂", "Bitte ohne Plastik verpacken.", "Livrer après 18 h, merci !",
    "Gift wrap 🎁, no invoice in the box", "急ぎません。", "50% deposit paid in cash", "Fragile: 'handle with care'", "Без дзвінка, будь ласка",
    "Second attempt\nuse the back door", "Call +00 000 first; \"O'Hare\" knows",
)  # fmt: skip
IMPORT_ROWS: tuple[tuple[int | None, str | None, str | None, str | None], ...] = (
    (1, "Harbour Lighting Ltd", "2024-11-04", "1250.00"), (2, "  Blue Door Interiors ", "04.11.2024", "980,50"),
    (3, "Fjord Camping AS", "11/05/2024", "$312.40"), (4, "harbour lighting ltd", "2024-11-05", "75"),
    (5, "Θέατρο Λυχνία", "not yet", "n/a"), (6, "月あかり商店", "2024-11-06", "1.2e3"), (7, None, "2024-11-31", "44.10"),
    (8, "Umbra Theatre", None, None), (9, "Juniper Trading LLC", "20241107", "-15.25"), (10, "O'Hare & Daughters", "2024-11-07T10:15:00", "1,204.99"),
    (11, "", "2024-11-08", ""), (12, "Kiln Design Studio", "Nov 8 2024", "0"), (None, "TOTAL", None, "3,851.49"),
)  # fmt: skip
