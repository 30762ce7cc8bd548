"""Importing product files: every format, bad rows, running twice."""

from pathlib import Path

import pytest

from catalog.errors import OutOfStockError, UnreadableFileError
from catalog.importers.outcome import ImportOutcome, LocatedProduct, RowError
from catalog.importers.product_import import BATCH, ProductFormat, import_products, read_products
from catalog.importers.sample_file import write_sample_products
from catalog.repositories.carts import add_to_cart, get_cart
from catalog.repositories.product_records import Price, ProductRecord
from catalog.repositories.products import ProductView, currencies, get_product
from catalog.search.product_search import ProductSearch
from catalog.search.query import Limits, SearchQuery
from catalog.session import Database

HEADER = (
    "merchant_id,title,title_zh,description,category,brand,price,currency,price_cny,stock,color,size,group_id,rating,"
    "battery,battery_zh\n"
)
ROWS = """w1,Watch One,一号手表,"A watch, with a
line break",Electronics > Smartwatches,Acme,199.00,USD,1299,5,black,,,4.5,2 days,两天
s-m,Shirt,衬衫,,Clothing > Shirts,Acme,20,USD,,3,red,M,shirt,,,
k1,Kettle,水壶,,Kitchen,,35,USD,,0,,,,,,
s-l,Shirt,衬衫,,Clothing > Shirts,Acme,22,USD,,0,red,L,shirt,,,
"""
CSV = HEADER + ROWS


def _write(folder: Path, text: str, encoding: str = "utf-8", name: str = "products.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def _import(database: Database, path: Path, kind: ProductFormat = ProductFormat.CSV, **options: str) -> ImportOutcome:
    return import_products(database, read_products(path, kind, **options))  # type: ignore[arg-type]


def _get(database: Database, product_id: str) -> ProductView:
    with database.reading() as session:
        view = get_product(session, product_id)
    assert view is not None
    return view


def _records(path: Path, kind: ProductFormat) -> dict[str, ProductRecord]:
    found = read_products(path, kind)
    return {item.record.product_id: item.record for item in found if isinstance(item, LocatedProduct)}


def test_csv_loads_products_variants_prices_and_attributes(database: Database, tmp_path: Path) -> None:
    outcome = _import(database, _write(tmp_path, CSV))
    assert (outcome.created, outcome.rejected, outcome.exit_code) == (3, 0, 0)
    watch = _get(database, "w1")
    assert watch.titles == {"en": "Watch One", "zh": "一号手表"}
    assert watch.description("en") == "A watch, with a\nline break"
    assert watch.category_slug == "smartwatches"
    assert watch.variants[0].prices == {"USD": Price(19900), "CNY": Price(129900)}
    assert watch.attributes == {"color": "black", "battery": {"en": "2 days", "zh": "两天"}}
    shirt = _get(database, "shirt")
    assert [(v.variant_id, v.options["size"], v.stock) for v in shirt.variants] == [("s-m", "M", 3), ("s-l", "L", 0)]
    with database.reading() as session:
        limits = Limits(categories=("electronics",), colors=("黑色",))
        assert ProductSearch().search(session, SearchQuery("手表", limits=limits)).hits[0].product_id == "w1"


def test_csv_twice_changes_nothing_and_a_change_is_an_update(database: Database, tmp_path: Path) -> None:
    _import(database, _write(tmp_path, CSV))
    again = _import(database, _write(tmp_path, CSV))
    assert (again.created, again.updated, again.unchanged) == (0, 0, 3)
    third = _import(database, _write(tmp_path, CSV.replace("35,USD", "36,USD")))
    assert (third.created, third.updated, third.unchanged) == (0, 1, 2)
    assert _get(database, "k1").variants[0].prices["USD"] == Price(3600)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_chinese_headers_encodings_and_separators_are_recognised(tmp_path: Path, encoding: str, separator: str) -> None:
    rows = [["商品编号", "商品名称", "描述", "类目", "品牌", "价格", "币种", "库存", "颜色"],
            ["a1", "纯棉毛巾", "柔软吸水", "家居 > 毛巾", "洁丽雅", "29.9", "CNY", "有货", "白色"]]  # fmt: skip
    path = _write(tmp_path, "\r\n".join(separator.join(row) for row in rows), encoding)
    record = _records(path, ProductFormat.CSV)["a1"]
    assert record.titles == {"zh": "纯棉毛巾"}
    assert record.descriptions == {"zh": "柔软吸水"}
    assert record.category_path == ("家居", "毛巾")
    assert record.variants[0].prices == {"CNY": Price(2990)}
    assert record.variants[0].stock == 99


def test_bad_rows_are_named_by_line_and_column_and_good_ones_load(database: Database, tmp_path: Path) -> None:
    text = (
        "merchant_id,title,price,stock,rating,url\n"
        "ok,Good,10 USD,1,4,https://shop.example/ok\n"
        ",No id,10,1,4,\n"
        'twolines,"spans\ntwo lines",ten,1,4,\n'
        "nostock,Title,10,-3,4,\n"
        "notitle,,10,1,4,\n"
        "rated,Title,10,1,9,\n"
        "script,Title,10,1,4,javascript:alert(1)\n"
        "ok,Twice,10,1,4,\n"
        "wide,Title,10,1,4,,extra\n"
        "noprice,Title,,1,4,\n"
        "also-ok,Fine,12.50,2,,\n"
    )
    outcome = _import(database, _write(tmp_path, text))
    assert outcome.created == 2
    assert outcome.exit_code == 1
    assert [(error.line, error.column) for error in outcome.errors] == [
        (3, "merchant_id"), (4, "price"), (6, "stock"), (7, "title"), (8, "rating"), (9, "url"), (10, "merchant_id"),
        (11, "row"), (12, "price"),
    ]  # fmt: skip
    assert "line 2 already" in outcome.errors[6].reason
    assert _get(database, "ok").title("en") == "Good"


@pytest.mark.parametrize("separator", [",", ";"])
def test_western_letters_of_an_excel_export_are_read(tmp_path: Path, separator: str) -> None:
    rows = [["id", "title", "price", "brand"], ["1", "Crème brûlée Schüssel", '"19,99 €"', "Café"],
            ["2", "Größe L", '"1.299,00\u00a0€"', "Müller"]]  # fmt: skip
    path = _write(tmp_path, "\r\n".join(separator.join(row) for row in rows), "cp1252")
    records = _records(path, ProductFormat.CSV)
    assert [(record.titles["en"], record.brand) for record in records.values()] == [
        ("Crème brûlée Schüssel", "Café"), ("Größe L", "Müller"),
    ]  # fmt: skip
    assert [record.variants[0].prices for record in records.values()] == [{"EUR": Price(1999)}, {"EUR": Price(129900)}]


def test_one_broken_letter_leaves_the_others(tmp_path: Path) -> None:
    path = tmp_path / "products.csv"
    path.write_bytes("id,title,price\n1,毛巾柔软吸水,5\n".encode() + b"2,Caf\xe9 X,7\n")
    titles = [record.titles["en"] for record in _records(path, ProductFormat.CSV).values()]
    assert titles == ["毛巾柔软吸水", "Caf\ufffd X"]


@pytest.mark.parametrize("below", ["3,Fine,7\n", '3,"Fine, ok",7\n', '3,"Fine\nok",7\n'])
def test_a_quotation_mark_left_open_takes_its_own_row_only(database: Database, tmp_path: Path, below: str) -> None:
    text = f'id,title,price\n1,"Good\none",5\n2,"Broken,6\n{below}4,"Big" mug,8\n5,"Open,9\n6,Last,9\n , ,\n'
    outcome = _import(database, _write(tmp_path, text))
    assert outcome.created == 4
    lines = below.count("\n")
    assert [(error.line, error.column) for error in outcome.errors] == [(4, "row"), (6 + lines, "row")]
    assert "quotation mark" in outcome.errors[0].reason
    assert _get(database, "3").title("en").startswith("Fine")
    assert [_get(database, product_id).title("en") for product_id in ("4", "6")] == ["Big mug", "Last"]


@pytest.mark.parametrize(("kind", "header", "missing"), [
    (ProductFormat.CSV, "Artikelnummer;Bezeichnung;Preis", "merchant_id, title, price"),
    (ProductFormat.CSV, "id,title,price_old_usd", "price"), (ProductFormat.SHOPIFY, "Handle,Title", "Variant Price"),
    (ProductFormat.GOOGLE_TSV, "ID\tTitle\tbrand", "price"),
])  # fmt: skip
def test_a_missing_column_is_said_once(tmp_path: Path, kind: ProductFormat, header: str, missing: str) -> None:
    with pytest.raises(UnreadableFileError, match=f"no column is read as {missing}; the header has"):
        list(read_products(_write(tmp_path, f"{header}\n1;2;3\n"), kind))


def test_a_column_with_the_documented_name_goes_before_others(tmp_path: Path) -> None:
    path = _write(tmp_path, "id,merchant_id,name,title,price\n17,SKU-1,Internal,Mug,5\n")
    record = _records(path, ProductFormat.CSV)["SKU-1"]
    assert record.titles == {"en": "Mug"}
    assert record.attributes == {"id": "17", "name": "Internal"}
    capitals = _records(
        _write(tmp_path, "ID,Merchant_ID,Name,Title,Price\n17,SKU-1,Internal,Mug,5\n"), ProductFormat.CSV
    )
    assert capitals["SKU-1"].titles == {"en": "Mug"}


@pytest.mark.parametrize(("header", "titles", "descriptions"), [
    ("商品名称,desc", {"zh": "T"}, {"zh": "D"}), ("title,描述", {"en": "T"}, {"en": "D"}),
    ("title,desc,描述", {"en": "T", "zh": "T"}, {"en": "D", "zh": "E"}),
])  # fmt: skip
def test_no_description_is_lost_where_its_title_is_missing(
    tmp_path: Path, header: str, titles: dict[str, str], descriptions: dict[str, str]
) -> None:
    path = _write(tmp_path, f"{header},id,price\n" + ",".join("TDE"[: header.count(",") + 1]) + ",1,5\n")
    record = _records(path, ProductFormat.CSV)["1"]
    assert (record.titles, record.descriptions) == (titles, descriptions)


@pytest.mark.parametrize("parent_first", [True, False])
def test_a_row_with_the_id_of_a_group_is_refused(database: Database, tmp_path: Path, parent_first: bool) -> None:
    parent, variants = ["shirt,Shirt,20,,"], ["s-r,Shirt,20,red,shirt", "s-b,Shirt,20,blue,shirt"]
    rows = parent + variants if parent_first else variants + parent
    outcome = _import(database, _write(tmp_path, "\n".join(["id,title,price,color,group_id", *rows])))
    assert (outcome.created, outcome.rejected) == (1, 1)
    assert "'shirt' is the group_id of other rows" in outcome.errors[0].reason
    assert len(_get(database, "shirt").variants) == 2


def test_a_price_column_of_one_currency_takes_its_marks(tmp_path: Path) -> None:
    text = "id;title;price_eur;price_cny\n1;Cup;1.299,00 €;99元\n2;Cup;$5;\n"
    found = list(read_products(_write(tmp_path, text), ProductFormat.CSV))
    assert isinstance(found[0], LocatedProduct)
    assert found[0].record.variants[0].prices == {"EUR": Price(129900), "CNY": Price(9900)}
    assert found[1] == RowError(3, "price_eur", "'$5' is not in EUR; name the currency (column or --currency)")


def test_a_bad_variant_does_not_take_its_product_along(database: Database, tmp_path: Path) -> None:
    text = (
        "merchant_id,title,price,color,group_id\n"
        "g-red,Gloves,bad,red,gloves\n"
        "x,Other,5,,\n"
        "g-blue,Gloves,9,blue,gloves\n"
        "g-black,Gloves,9,black,gloves\n"
    )
    outcome = _import(database, _write(tmp_path, text))
    assert (outcome.created, outcome.rejected) == (2, 1)
    assert [v.variant_id for v in _get(database, "gloves").variants] == ["g-blue", "g-black"]


@pytest.mark.parametrize("content", [b"", b"   \n", b"\x89PNG\x00\x00\x01\x02", b"\n\n"])
def test_files_that_are_no_table_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    with pytest.raises(UnreadableFileError):
        list(read_products(path, ProductFormat.CSV))
    with pytest.raises(UnreadableFileError):
        list(read_products(tmp_path / "missing.csv", ProductFormat.CSV))


GOOGLE_TSV = (
    "id\ttitle\tdescription\tlink\timage link\tprice\tsale price\tavailability\tbrand\tproduct type\tcolor\t"
    "item_group_id\n"
    "1\tTrail Shoe\tLight.\thttps://s.example/1\thttps://s.example/1.png\t120.00 USD\t99.00 USD\tin_stock\tRun\t"
    "Shoes > Trail\tred\tshoe\n"
    "2\tTrail Shoe\tLight.\thttps://s.example/2\t\t120.00 USD\t\tout_of_stock\tRun\tShoes > Trail\tblue\tshoe\n"
)
GOOGLE_XML = """<?xml version="1.0"?>
<rss xmlns:g="http://base.google.com/ns/1.0" version="2.0"><channel><title>Shop</title>
<item><g:id>1</g:id><g:title>Trail Shoe &amp; Sock</g:title><g:description><![CDATA[<p>Light.</p>]]></g:description>
<g:link>https://s.example/1</g:link><g:price>120.00 USD</g:price><g:availability>in_stock</g:availability>
<g:google_product_category>Apparel &gt; Shoes</g:google_product_category>
<g:shipping><g:country>US</g:country></g:shipping></item>
<item><g:id>2</g:id><g:title>No price</g:title></item>
</channel></rss>
"""


def test_google_tsv_groups_items_and_reads_sale_prices(database: Database, tmp_path: Path) -> None:
    path = _write(tmp_path, GOOGLE_TSV, name="feed.tsv")
    assert _import(database, path, ProductFormat.GOOGLE_TSV).created == 1
    shoe = _get(database, "shoe")
    assert shoe.variants[0].prices["USD"] == Price(9900, 12000)
    assert [(v.options["color"], v.stock) for v in shoe.variants] == [("red", 99), ("blue", 0)]
    assert (shoe.category_slug, shoe.brand, shoe.url) == ("trail", "Run", "https://s.example/1")


def test_google_xml_is_read_as_a_stream_with_lines_in_errors(database: Database, tmp_path: Path) -> None:
    outcome = _import(database, _write(tmp_path, GOOGLE_XML, name="feed.xml"), ProductFormat.GOOGLE_XML)
    assert (outcome.created, outcome.rejected) == (1, 1)
    assert (outcome.errors[0].line, outcome.errors[0].column) == (7, "price")
    view = _get(database, "1")
    assert view.title("en") == "Trail Shoe & Sock"
    assert view.description("en") == "Light."
    assert view.category_slug == "shoes"


def test_google_titles_can_be_chinese(tmp_path: Path) -> None:
    path = _write(tmp_path, GOOGLE_TSV.replace("Trail Shoe", "越野鞋"), name="feed.tsv")
    found = list(read_products(path, ProductFormat.GOOGLE_TSV, language="zh"))
    assert isinstance(found[0], LocatedProduct)
    assert found[0].record.titles == {"zh": "越野鞋"}


@pytest.mark.parametrize(("declared", "encoding"), [("GBK", "gbk"), ("gb2312", "gb18030"), ("big5", "big5")])
def test_google_xml_is_read_in_the_encoding_that_it_declares(tmp_path: Path, declared: str, encoding: str) -> None:
    text = GOOGLE_XML.replace('version="1.0"?', f'version="1.0" encoding="{declared}"?')
    path = tmp_path / "feed.xml"
    path.write_bytes(text.replace("Trail Shoe &amp; Sock", "越野跑鞋").encode(encoding))

    found = list(read_products(path, ProductFormat.GOOGLE_XML, language="zh"))

    assert isinstance(found[0], LocatedProduct)
    assert found[0].record.titles == {"zh": "越野跑鞋"}


@pytest.mark.parametrize("name", ["klingon", "hex"])
def test_xml_in_an_encoding_that_nobody_knows_is_refused(tmp_path: Path, name: str) -> None:
    path = _write(tmp_path, f'<?xml version="1.0" encoding="{name}"?><rss/>', name="feed.xml")

    with pytest.raises(UnreadableFileError, match="UTF-8"):
        list(read_products(path, ProductFormat.GOOGLE_XML))


@pytest.mark.parametrize("text", [
    '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><rss><channel><item><id>&b;</id></item></channel></rss>',
    '<!DOCTYPE x SYSTEM "file:///etc/passwd"><rss/>', "<rss><item>", "not xml",
])  # fmt: skip
def test_xml_with_entities_or_broken_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(UnreadableFileError):
        list(read_products(_write(tmp_path, text, name="feed.xml"), ProductFormat.GOOGLE_XML))


@pytest.mark.parametrize(
    "end", ["", "<item>", "<item><g:id>9</g:id><g:title>越", "<item><g:id", "</wrong>", "&nbsp;</channel>"]
)
def test_a_feed_that_is_cut_off_or_broken_loads_the_items_before_and_names_the_place(
    database: Database, tmp_path: Path, end: str
) -> None:
    start = GOOGLE_XML.replace("</channel></rss>\n", "")
    path = tmp_path / "feed.xml"
    path.write_bytes((start + end).encode().removesuffix("越".encode()[-1:]))
    outcome = _import(database, path, ProductFormat.GOOGLE_XML)
    assert (outcome.created, outcome.rejected, outcome.exit_code) == (1, 2, 1)
    assert _get(database, "1").title("en") == "Trail Shoe & Sock"
    error = outcome.errors[-1]
    assert (error.line, error.column) == (8, "row")
    assert "after item '2'" in error.reason
    assert "column " in error.reason
    assert "fetch the feed again" in error.reason


def test_a_feed_that_is_cut_off_loses_no_batch(database: Database, tmp_path: Path) -> None:
    items = "".join(f"<item><id>{n}</id><title>T</title><price>5</price></item>" for n in range(BATCH + 500))
    outcome = _import(database, _write(tmp_path, f"<rss>{items}<item><id>x", name="feed.xml"), ProductFormat.GOOGLE_XML)
    assert (outcome.created, outcome.rejected) == (BATCH + 500, 1)
    assert outcome.errors[0].reason.startswith(f"column {len(f'<rss>{items}<item><id>x') + 1}, after item '1499': ")


SHOPIFY = (
    "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,Option2 Value,"
    "Variant SKU,Variant Inventory Qty,Variant Price,Variant Compare At Price,Image Src,Status\n"
    "mug,Stone Mug,<p>Holds <b>350 ml</b></p>,Clay,Kitchen > Mugs,gift,TRUE,Color,Gray,Size,S,MUG-G,4,12.00,15.00,"
    "https://s.example/mug.png,active\n"
    "mug,,,,,,,,Blue,,L,MUG-B,-2,14.00,,https://s.example/mug2.png,\n"
    "mug,,,,,,,,,,,,,,,https://s.example/mug3.png,\n"
    "card,Gift Card,,Clay,,,TRUE,Title,Default Title,,,,9,25.00,,,active\n"
    "bad,Bad Price,,Clay,,,TRUE,Title,Default Title,,,,9,free,,,active\n"
    "draft,Draft,,Clay,,,TRUE,Title,Default Title,,,,9,5.00,,,draft\n"
)


def test_shopify_export_keeps_variants_options_and_pictures(database: Database, tmp_path: Path) -> None:
    outcome = _import(database, _write(tmp_path, SHOPIFY), ProductFormat.SHOPIFY)
    assert outcome.created == 3
    assert [(error.line, error.column) for error in outcome.errors] == [(6, "Variant Price")]
    mug = _get(database, "mug")
    assert [(v.variant_id, dict(v.options), v.stock) for v in mug.variants] == [
        ("MUG-G", {"color": "Gray", "size": "S"}, 4),
        ("MUG-B", {"color": "Blue", "size": "L"}, 0),
    ]
    assert mug.variants[0].prices["USD"] == Price(1200, 1500)
    assert len(mug.images) == 3
    assert mug.description("en") == "Holds 350 ml"
    assert _get(database, "card").variants[0].options == {}
    assert _get(database, "draft").active is False


def test_shopify_bad_picture_costs_the_picture_only(database: Database, tmp_path: Path) -> None:
    text = SHOPIFY.replace("https://s.example/mug3.png", "mug3.png")
    outcome = _import(database, _write(tmp_path, text), ProductFormat.SHOPIFY)
    assert outcome.created == 3
    assert (outcome.errors[0].line, outcome.errors[0].column) == (4, "Image Src")
    assert len(_get(database, "mug").images) == 2


def test_shopify_stock_that_is_not_counted_is_unknown(database: Database, tmp_path: Path) -> None:
    start = "Handle;Title;Variant Price;Variant Inventory Policy;Variant Inventory Tracker"
    text = f"{start};Variant Inventory Qty\nmug;Mug;9,50;deny;;0\ncup;Cup;5;deny;shopify;0\n"
    assert _import(database, _write(tmp_path, text), ProductFormat.SHOPIFY).created == 2
    assert [_get(database, handle).variants[0].stock for handle in ("mug", "cup")] == [99, 0]
    assert _get(database, "mug").variants[0].prices == {"USD": Price(950)}
    text = f"{start}\nhat;Hat;5;deny;shopify\n"
    assert _import(database, _write(tmp_path, text), ProductFormat.SHOPIFY, currency="eur").created == 1
    assert (_get(database, "hat").variants[0].stock, _get(database, "hat").variants[0].prices) == (
        99,
        {"EUR": Price(500)},
    )


def test_a_sample_file_is_the_same_for_a_seed_and_loads_whole(database: Database, tmp_path: Path) -> None:
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    write_sample_products(one, 2500, seed=3)
    write_sample_products(two, 2500, seed=3)
    assert one.read_bytes() == two.read_bytes()
    seen: list[tuple[int, int]] = []
    found = read_products(one, ProductFormat.CSV, progress=lambda done, total: seen.append((done, total)))
    assert import_products(database, found).created == 2500
    assert seen[-1] == (one.stat().st_size, one.stat().st_size)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_headers_with_units_and_columns_for_the_shop_alone_are_understood(tmp_path: Path) -> None:
    header = "序号,*商品编码,品名（必填）,售价（元）,市场价（元）,库存（件）,规格,上架状态,进价,备注,产地"
    record = _records(
        _write(tmp_path, f"{header}\n1,a1,保温杯,￥89,1.2万,20件,500ml,上架,31,老客户,浙江\n"), ProductFormat.CSV
    )["a1"]
    assert record.titles == {"zh": "保温杯"}
    assert record.variants[0].prices == {"CNY": Price(8900, 1_200_000)}
    assert record.variants[0].stock == 20
    assert record.attributes == {"size": "500ml", "产地": "浙江"}


def test_errors_name_the_columns_as_the_file_does(tmp_path: Path) -> None:
    path = _write(tmp_path, "商品编码,品名,售价（元）,库存\na1,保温杯,89元起,若干\na2,,89,1\n")
    errors = [found for found in read_products(path, ProductFormat.CSV) if isinstance(found, RowError)]
    assert [(error.line, error.column) for error in errors] == [(2, "库存"), (3, "title")]
    feed = _write(tmp_path, "<rss><item><title>T</title><price>5</price></item></rss>", name="feed.xml")
    (error,) = read_products(feed, ProductFormat.GOOGLE_XML)
    assert isinstance(error, RowError)
    assert error.column == "id"


@pytest.mark.parametrize(("text", "way_out"), [
    ("Handle,Title,Variant Price\nmug,Mug,5\n", "give --format shopify"),
    ("<?xml version='1.0'?>\n<rss></rss>\n", "give --format google-xml"),
    ("商品信息表,,\n商品编码,品名,售价\n", "take away what stands above them"),
])  # fmt: skip
def test_a_file_that_is_read_as_another_kind_is_told_how_to_be_read(tmp_path: Path, text: str, way_out: str) -> None:
    with pytest.raises(UnreadableFileError, match=way_out):
        list(read_products(_write(tmp_path, text), ProductFormat.CSV))


def test_variants_are_chosen_by_further_options_and_those_alike_are_refused(tmp_path: Path) -> None:
    rows = ("p-1,p,Phone,500,128 GB", "p-2,p,Phone,600,256 GB", "p-3,p,Phone,700,256 GB")
    text = "\n".join(("id,group_id,title,price,option_storage", *rows))
    *errors, product = read_products(_write(tmp_path, text), ProductFormat.CSV)
    assert isinstance(product, LocatedProduct)
    assert [dict(variant.options) for variant in product.record.variants] == [
        {"storage": "128 GB"},
        {"storage": "256 GB"},
    ]
    assert product.record.attributes == {}
    (error,) = errors
    assert isinstance(error, RowError)
    assert (error.line, error.column) == (4, "group_id")
    assert "line 3" in error.reason


def test_a_product_that_is_not_active_leaves_nothing_to_order(database: Database, tmp_path: Path) -> None:
    text = "id,title,price,stock,active\nmug,Mug,12,{stock},{active}\n"
    _import(database, _write(tmp_path, text.format(stock=5, active="yes")))
    with database.session() as session:
        add_to_cart(session, "talk", "mug", currency="USD")
    _import(database, _write(tmp_path, text.format(stock=5, active="no")))
    with database.session() as session:
        cart = get_cart(session, "talk")
        assert cart is not None
        assert cart.lines[0].stock == 0
        with pytest.raises(OutOfStockError):
            add_to_cart(session, "other", "mug", currency="USD")
        assert currencies(session) == ()
    _import(database, _write(tmp_path, text.format(stock=5, active="yes")))
    assert _get(database, "mug").variants[0].stock == 5


def _sale(tmp_path: Path, period: str) -> Price:
    text = (
        "<rss><item><id>1</id><title>T</title><price>20 EUR</price><sale_price>15 EUR</sale_price>"
        f"<sale_price_effective_date>{period}</sale_price_effective_date></item></rss>"
    )
    record = _records(_write(tmp_path, text, name="feed.xml"), ProductFormat.GOOGLE_XML)["1"]
    assert record.attributes == {}
    return record.variants[0].prices["EUR"]


def test_a_sale_price_counts_on_its_dates_only(tmp_path: Path) -> None:
    assert _sale(tmp_path, "2020-01-01T00:00+0100/2099-01-01T00:00+0100") == Price(1500, 2000)
    assert _sale(tmp_path, "2020-01-01T00:00+0100 / 2020-02-01T23:59+0100") == Price(2000)
    assert _sale(tmp_path, "2098-01-01T00:00+0100/2099-01-01T00:00+0100") == Price(2000)


def test_what_a_google_feed_holds_for_google_alone_is_left_out(tmp_path: Path) -> None:
    text = (
        "<rss><item><id>1</id><title>T</title><price>20 EUR</price>"
        "<google_product_category>187</google_product_category>"
        "<custom_label_0>low margin</custom_label_0><shipping><country>DE</country><price>5 EUR</price></shipping>"
        "<cost_of_goods_sold>4 EUR</cost_of_goods_sold><pattern>striped</pattern></item></rss>"
    )
    record = _records(_write(tmp_path, text, name="feed.xml"), ProductFormat.GOOGLE_XML)["1"]
    assert record.attributes == {"pattern": "striped"}
    assert record.category_path == ()
