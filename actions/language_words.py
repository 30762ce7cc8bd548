"""English words that tell a shopper's language, and words in Latin letters that do not."""

# Who types one of these speaks English. Not among them: what is part of product names (one, find, note, switch, best).
_TALK_TEXT = """
the hi hello hey morning afternoon evening thanks thank thx please pls plz what whats
which who where wheres when why how hows is isnt are
arent was were do does doesnt did didnt can cant could would should will wont have has had im ive its thats
theres lets dont you youre your my me mine our they them this that these those there here in for with without from
about than and not any some something anything much many more less else other another cheap cheaper cheapest bigger
smaller better first second third last different similar need want wanna like looking look show search buy get give
tell send add remove take put compare check checkout cancel return track help recommend suggest explain forget stop
"""
# These are typed in Chinese chats too, or are units, sizes and product lines: they decide nothing.
_NEUTRAL_TEXT = """
ok okay okey yes yep yeah no nope bye byebye good nice cool wow sorry haha lol emm emmm hmm vip diy xs xl xxl xxxl
cm mm km ml kg gb tb mb hz ghz mah inch usb type type-c lightning hdmi nfc gps wifi wi-fi led oled lcd ssd rgb anc
app sku pdf logo qq id usd cny rmb eur gbp pin ui ai vr ar iot pc tv pro max plus mini ultra lite se air gen edition
series iphone ipad imac macbook airpods homepod apple watch galaxy note fold flip buds pixel mate nova redmi kindle
echo playstation ps xbox one switch wii steam deck gopro hero thinkpad surface visa mastercard paypal alipay
unionpay wechat ups dhl fedex ems sf
"""
TALK = frozenset(_TALK_TEXT.split())
NEUTRAL = frozenset(_NEUTRAL_TEXT.split())
