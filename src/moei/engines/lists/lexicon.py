"""Headings of lists of people in the languages such lists come in, by meaning. Compared folded (see ``digits.folded``)."""

# ruff: noqa: E501  (word lists read better unbroken)
from __future__ import annotations

from moei.engines.identity.calendars import Calendar

# "other" holds what is close to a meaning but is not it ("place of birth", "father's name"); it goes to the note.
HEADINGS: dict[str, str] = {
    "seq": "no|nos|n|nr|s n|sn|s no|sr no|sr|serial|serial no|serial number|sl|sl no|item|index|number|row|seq|ลำดับ|ลำดับที่|ที่|เลขที่|ล ด|"
    "စဉ်|အမှတ်စဉ်|序号|序號|编号|編號|號次|項次|项次|番号|ተ ቁ|ተራ ቁጥር|ተቁ|ቁጥር|رقم|الرقم|م|ت|تسلسل|الرقم التسلسلي|ordre|numero|num|no d ordre|"
    "stt|so tt|so thu tu|tt|nomor|nomor urut|no urut|bil|urutan|ລ ດ|ລຳດັບ|ល រ|लेखा|क्र सं|क्रम|क्रम संख्या|सि नं|सि न|ক্রমিক|ক্রমিক নং|№|п п|№ п п|lp|poradi|lakk|namba",
    "name": "name|names|full name|fullname|complete name|name in full|person|name of person|name of victim|victim|victim name|name and surname|name surname|"
    "first and last name|surname and given name|surname and name|name in english|english name|name english|latin name|romanized name|romanised name|name latin|passport name|missing person|"
    "name of missing person|missing|name as in passport|name of citizen|name of national|citizen|worker|name of worker|client|beneficiary|passenger|passenger name|individual|ชื่อ|ชื่อบุคคล|ชื่อคนต่างด้าว|ชื่อ สกุล|ชื่อ นามสกุล|ชื่อและนามสกุล|ชื่อ ชื่อสกุล|"
    "ชื่อเต็ม|รายชื่อ|ชื่อสกุล|ชื่อ และ นามสกุล|ชื่อตัว ชื่อสกุล|ชื่อผู้สูญหาย|အမည်|နာမည်|အမည်အပြည့်အစုံ|姓名|名字|中文姓名|英文姓名|拼音|姓名拼音|英文名|中文名|名称|失踪人姓名|失踪人|失蹤人|姓名 拼音|ሙሉ ስም|ስም|"
    "ስም ከነአባት|ስም ከነ አያት|ሙሉ ስም ከነአያት|የጠፋው ሰው|الاسم|الاسم الكامل|اسم|الاسم الثلاثي|الاسم الرباعي|اسم الشخص|اسم المفقود|nom complet|nom et prenom|nom et prenoms|noms et prenoms|prenom et nom|personne disparue|"
    "ho va ten|ho ten|ten day du|ho ten day du|nguoi mat tich|nama|nama lengkap|nama penuh|orang hilang|nombre completo|nombre y apellido|nombres y apellidos|nome completo|ຊື່ ແລະ ນາມສະກຸນ|ຊື່ ນາມສະກຸນ|"
    "ឈ្មោះ|គោត្តនាម និងនាម|នាម និងគោត្តនាម|ឈ្មោះពេញ|नाम|नाम थर|पूरा नाम|पुरा नाम|নাম|পূর্ণ নাম|பெயர்|නම|සම්පූර්ණ නම|ф и о|фио|имя|f i sh|to liq ism|jina|jina kamili|maqaa|jmeno a prijmeni|pangalan|نام|نام و نام خانوادگی|"
    "پورا نام|maqaa guutuu|name native|native name|name in native script|name in amharic|name in chinese|name in local language|chinese name|name in own script",
    "given": "given|given name|given names|givenname|first name|firstname|first|first names|forename|forenames|christian name|personal name|ชื่อตัว|ชื่อจริง|ชื่อแรก|ชื่อต้น|prenom|prenoms|"
    "ten|ten dem va ten|nama depan|nama pertama|nombre|nombres|nome|primeiro nome|名|الاسم الأول|የመጀመሪያ ስም|የራስ ስም|ຊື່|नाम पहिलो|पहिलो नाम|पहला नाम|имя собственное|ismi|ism|jina la kwanza|jmeno|នាម|နာမည်ရင်း|given name s",
    "family": "family|family name|familyname|surname|surnames|last name|lastname|last|last names|second name|นามสกุล|ชื่อสกุล|สกุล|nom|nom de famille|noms|ho|nama belakang|nama keluarga|marga|apellido|apellidos|"
    "sobrenome|姓|姓氏|اللقب|اسم العائلة|العائلة|الكنية|የአባት ስም|የቤተሰብ ስም|ນາມສະກຸນ|थर|कुलनाम|उपनाम|পদবি|фамилия|familiyasi|familiya|jina la ukoo|jina la familia|prijmeni|គោត្តនាម|မျိုးရိုးအမည်|surname family name|family name surname",
    "sex": "sex|gender|m f|f m|male female|sex m f|gender m f|เพศ|ကျား မ|လိင်|性别|性別|ፆታ|ጾታ|ፃታ|الجنس|جنس|النوع|sexe|genre|gioi tinh|gt|jenis kelamin|jk|l p|jantina|kelamin|sexo|genero|ເພດ|ភេទ|लिंग|लिङ्ग|लिङ|লিঙ্গ|பால்|"
    "ලිංගය|ස්ත්‍රී පුරුෂ|пол|jinsi|jinsia|saala|pohlavi|kasarian|جنسیت|jins",
    "title": "title|mr ms|salutation|คำนำหน้า|คำนำหน้าชื่อ|คำนำหน้านาม|civilite|称谓|稱謂|ማዕረግ|danh xung",
    "age": "age|ages|age years|age yrs|years old|age in years|aged|อายุ|อายุ ปี|အသက်|အသက် နှစ်|年龄|年齡|岁数|岁|ዕድሜ|እድሜ|العمر|عمر|السن|tuoi|age ans|usia|umur|edad|idade|ອາຍຸ|អាយុ|उमेर|आयु|उम्र|বয়স|বয়স|வயது|වයස|"
    "возраст|yoshi|yosh|umri|umrii|vek|edad|سن",
    "birth": "dob|d o b|date of birth|birth date|birthdate|birthday|born|born on|birth|date birth|year of birth|birth year|yob|dob age|date of birth age|bd|birth day|วันเดือนปีเกิด|วัน เดือน ปี เกิด|วันเกิด|ว ด ป เกิด|ว ด ป|"
    "ปีเกิด|เกิด|วันเดือนปี เกิด|วดป เกิด|မွေးသက္ကရာဇ်|မွေးနေ့|မွေးသက္ကရာဇ် ခုနှစ်|မွေးနေ့သက္ကရာဇ်|出生日期|生日|出生年月日|出生年月|出生年|出生|出生時間|出生时间|የትውልድ ቀን|የትውልድ ዘመን|የልደት ቀን|ትውልድ ቀን|የተወለደበት ቀን|የትውልድ ዓመት|"
    "የትውልድ ቀን ወር ዓመት|تاريخ الميلاد|تاريخ الولادة|الميلاد|سنة الميلاد|المولد|date de naissance|ne le|nee le|ne e le|naissance|annee de naissance|ngay sinh|ngay thang nam sinh|nam sinh|ngay thang sinh|sinh ngay|"
    "tanggal lahir|tgl lahir|tarikh lahir|tahun lahir|lahir|fecha de nacimiento|nacimiento|data de nascimento|nascimento|ວັນເດືອນປີເກີດ|ວັນ ເດືອນ ປີ ເກີດ|ວດປ ເກີດ|ថ្ងៃខែឆ្នាំកំណើត|ថ្ងៃកំណើត|जन्म मिति|जन्म|जन्म तिथि|जन्मतिथि|"
    "জন্ম তারিখ|জন্মতারিখ|பிறந்த தேதி|උපන් දිනය|дата рождения|год рождения|г р|tug ilgan sana|tug ilgan sanasi|tug ilgan yili|tarehe ya kuzaliwa|guyyaa dhalootaa|datum narozeni|petsa ng kapanganakan|تاریخ پیدائش|تاریخ تولد",
    "nationality": "nationality|nationalities|country|citizenship|country of origin|country of nationality|national|nation|country of citizenship|state|nat|origin|สัญชาติ|ประเทศ|เชื้อชาติ|นิ่งสัญชาติ|နိုင်ငံသား|နိုင်ငံ|လူမျိုး|"
    "国籍|國籍|国家|國家|国别|國別|ዜግነት|ሀገር|አገር|الجنسية|البلد|جنسية|الدولة|nationalite|pays|citoyennete|pays d origine|quoc tich|quoc gia|nuoc|kewarganegaraan|warganegara|warga negara|kebangsaan|negara|negara asal|"
    "nacionalidad|pais|nacionalidade|ສັນຊາດ|ປະເທດ|សញ្ជាតិ|ប្រទេស|राष्ट्रियता|राष्ट्रीयता|देश|नागरिकता|জাতীয়তা|দেশ|நாட்டவர்|ජාතිය|ජාතිකත්වය|гражданство|национальность|страна|fuqaroligi|millati|uraia|utaifa|nchi|lammummaa|"
    "statni prislusnost|nasyonalidad|قومیت|شہریت|تابعیت|ملیت|iso|country code",
    "passport": "passport|passport no|passport nos|passport number|passportno|pp no|ppt no|pp number|ppno|pass no|passport num|passport id|travel document no|เลขที่หนังสือเดินทาง|หนังสือเดินทาง|เลขหนังสือเดินทาง|หมายเลขหนังสือเดินทาง|"
    "พาสปอร์ต|เลขพาสปอร์ต|เลขที่พาสปอร์ต|နိုင်ငံကူးလက်မှတ်|နိုင်ငံကူးလက်မှတ်အမှတ်|ပတ်စပို့|ပတ်စပို့အမှတ်|护照号|护照号码|護照號碼|护照|護照|护照编号|護照號|ፓስፖርት ቁጥር|ፓስፖርት|የፓስፖርት ቁጥር|رقم الجواز|جواز السفر|رقم جواز السفر|الجواز|"
    "passeport|no passeport|numero de passeport|n passeport|n de passeport|ho chieu|so ho chieu|hc|paspor|no paspor|nomor paspor|pasport|no pasport|nombor pasport|pasaporte|n de pasaporte|numero de pasaporte|passaporte|numero do passaporte|"
    "ໜັງສືຜ່ານແດນ|ເລກທີໜັງສືຜ່ານແດນ|ໜັງສືເດີນທາງ|លិខិតឆ្លងដែន|លេខលិខិតឆ្លងដែន|राहदानी|राहदानी नं|पासपोर्ट|पासपोर्ट नं|पासपोर्ट नम्बर|পাসপোর্ট|পাসপোর্ট নং|পাসপোর্ট নম্বর|கடவுச்சீட்டு|ගමන් බලපත්‍ර අංකය|паспорт|номер паспорта|"
    "pasport raqami|pasaporte bilang|pasipoti|nambari ya pasipoti|lakkoofsa paaspoortii|cislo pasu|پاسپورٹ نمبر|پاسپورٹ|شماره پاسپورت|گذرنامه",
    "national_id": "national id|national id no|national id number|id card|id card no|identity card|identity card no|nid|nid no|nrc|nrc no|citizen id|national identity number|cnic|ic no|mykad|nik|no ktp|ktp|nin|kebele id|fan|fayda|"
    "เลขประจำตัวประชาชน|บัตรประชาชน|เลขบัตรประชาชน|မှတ်ပုံတင်|မှတ်ပုံတင်အမှတ်|နိုင်ငံသားစိစစ်ရေးကတ်|身份证号|身份证|身份证号码|身份證號|身分證|身分證字號|身分證號|身份证件号|公民身份号码|የመታወቂያ ቁጥር|መታወቂያ|رقم الهوية|الهوية|"
    "الرقم الوطني|carte d identite|cni|no cni|numero de carte d identite|cccd|cmnd|so cccd|so cmnd|can cuoc cong dan|can cuoc|nomor induk kependudukan|kad pengenalan|no kad pengenalan|dni|cedula|cpf|ບັດປະຈຳຕົວ|អត្តសញ្ញាណប័ណ្ណ|"
    "नागरिकता नं|नागरिकता प्रमाणपत्र|আইডি|জাতীয় পরিচয়পত্র|এনআইডি|aadhaar|aadhar|kitambulisho|id nasional",
    "document": "document|document no|document number|doc no|doc number|doc|id no|id number|id|identification no|identification number|identity document|identity no|travel document|papers|เลขที่เอกสาร|เอกสาร|หมายเลขเอกสาร|"
    "证件号|证件号码|證件號碼|证件|رقم الوثيقة|الوثيقة|document d identite|no document|numero de document|so giay to|giay to|no dokumen|nomor dokumen|documento|numero de documento|စာရွက်စာတမ်းအမှတ်|ሰነድ ቁጥር|ເອກະສານ|ឯកសារ|документ|номер документа",
    "document_kind": "document type|type of document|doc type|id type|ประเภทเอกสาร|证件类型|證件類型|type de document|loai giay to|jenis dokumen|نوع الوثيقة|tipo de documento",
    "phone": "phone|phone no|phone number|telephone|tel|tel no|mobile|mobile no|mobile number|cell|cellphone|contact no|contact number|phone of family|family phone|phone family|family contact|family contact no|emergency contact number|"
    "relative phone|relatives phone|phone of relative|next of kin phone|whatsapp|hotline|โทรศัพท์|เบอร์โทร|เบอร์โทรศัพท์|หมายเลขโทรศัพท์|เบอร์ติดต่อ|โทร|เบอร์ญาติ|ဖုန်း|ဖုန်းနံပါတ်|电话|電話|电话号码|手机|手機|手机号|联系电话|聯絡電話|"
    "家属电话|家屬電話|联系方式|ስልክ|ስልክ ቁጥር|የቤተሰብ ስልክ|የስልክ ቁጥር|الهاتف|رقم الهاتف|هاتف|هاتف العائلة|جوال|رقم الجوال|telephone de la famille|portable|sdt|so dien thoai|dien thoai|dien thoai gia dinh|telepon|no telepon|no hp|hp|no telp|nomor telepon|"
    "no telefon|telefon|telepon keluarga|telefono|celular|telefone|ໂທລະສັບ|ເບີໂທ|ទូរស័ព្ទ|លេខទូរស័ព្ទ|फोन|फोन नं|फोन नम्बर|मोबाइल|ফোন|মোবাইল|ফোন নম্বর|தொலைபேசி|දුරකථන|දුරකථන අංකය|телефон|simu|namba ya simu|bilbila|فون|موبائل|شماره تلفن",
    "remark": "remark|remarks|note|notes|comment|comments|observation|observations|details|other|others|หมายเหตุ|မှတ်ချက်|备注|備註|備考|ምርመራ|ማስታወሻ|አስተያየት|ملاحظات|ملاحظة|remarque|remarques|ghi chu|keterangan|ket|catatan|observaciones|"
    "observacoes|notas|ໝາຍເຫດ|ផ្សេងៗ|कैफियत|टिप्पणी|মন্তব্য|குறிப்பு|සටහන්|примечание|izoh|maelezo|poznamka|ریمارکس",
    "nickname": "nickname|nick name|alias|aka|a k a|also known as|known as|ชื่อเล่น|နာမည်ပြောင်|绰号|綽號|别名|別名|小名|ቅጽል ስም|الاسم المستعار|اللقب الشهرة|surnom|pseudo|biet danh|ten goi khac|nama panggilan|apodo|apelido|ຊື່ຫຼິ້ນ|ឈ្មោះហៅក្រៅ|उपनाव|डाकनाम|ডাকনাম|прозвище",
    "report": "report|report no|report number|report id|case|case no|case number|case id|file no|ref|reference|reference no|ref no|tracking no|แจ้งเหตุ|เลขรับแจ้ง|案号|案件编号|报案号|رقم البلاغ|dossier|no dossier|numero de dossier|so ho so|nomor laporan|no laporan|ቁጥር ሪፖርት",
    "other": "place of birth|birth place|birthplace|pob|father|father s name|father name|name of father|mother|mother s name|mother name|spouse|husband|wife|parents|grandfather name|compound|name of compound|company|employer|company name|"
    "address|home address|village|district|province|city|state province|date of issue|issue date|date of expiry|expiry|expiry date|valid until|passport expiry|date of arrival|arrival date|entry date|date of entry|date|last contact|last contacted|last seen|"
    "date of last contact|contact person|reported by|reporter|name of reporter|reporting person|informant|relationship|relation|relative|next of kin|family member|promised job|job|position|promised salary|salary|offered job|offered salary|"
    "occupation|recruiter|agent|broker|language|languages|religion|ethnicity|tribe|race|height|weight|health|medical|condition|status|photo|signature|e mail|email|facebook|telegram|wechat|line id|bank account|ransom|location|camp|room|bed|"
    "สถานที่เกิด|บิดา|มารดา|ชื่อบิดา|ชื่อมารดา|ที่อยู่|วันหมดอายุ|วันออกบัตร|ผู้แจ้ง|ความสัมพันธ์|ติดต่อครั้งสุดท้าย|งานที่สัญญา|เงินเดือน|出生地|出生地点|父亲|母亲|父亲姓名|母亲姓名|住址|地址|有效期|签发日期|报案人|联系人|关系|最后联系|最后联系时间|"
    "承诺工作|承诺工资|工资|籍贯|户籍|户籍地|户籍地址|省份|园区|የትውልድ ቦታ|የእናት ስም|አድራሻ|ክልል|የመጨረሻ ግንኙነት|የተገባለት ስራ|ደመወዝ|مكان الميلاد|محل الميلاد|اسم الأب|اسم الأم|العنوان|آخر اتصال|الوظيفة الموعودة|الراتب|صلة القرابة|المبلغ|"
    "lieu de naissance|nom du pere|pere|nom de la mere|mere|adresse|date d expiration|dernier contact|emploi promis|salaire|salaire promis|lien de parente|declarant|noi sinh|cha|me|ho ten cha|ho ten me|dia chi|que quan|lien lac cuoi|"
    "lan lien lac cuoi|cong viec|cong viec hua hen|luong|nguoi bao|quan he|tempat lahir|nama ayah|nama ibu|ayah|ibu|alamat|kontak terakhir|pekerjaan|pekerjaan dijanjikan|gaji|gaji dijanjikan|pelapor|hubungan|provinsi|kota|"
    "lugar de nacimiento|direccion|domicilio|मातापिता|बाबुको नाम|ठेगाना|পিতার নাম|মাতার নাম|ঠিকানা|មុខរបរ|ទីកន្លែងកំណើត|ອາຊີບ|ທີ່ຢູ່|အဘအမည်|အဖအမည်|နေရပ်လိပ်စာ|နေရပ်|မွေးရပ်",
}  # fmt: skip

# What a note says that helps to tell people apart, by heading. Whole headings only: "place of birth" is no place held.
NOTED: dict[str, str] = {
    "place": "compound|name of compound|compound name|camp|name of camp|camp name|location|location held|place held|place of detention|place detained|held at|held in|detained at|last known location|last location|workplace|place of work|scam compound|"
    "ค่าย|แคมป์|ชื่อค่าย|ชื่อแคมป์|สถานที่|สถานที่กักขัง|สถานที่ถูกกักขัง|สถานที่ควบคุมตัว|สถานที่ทำงาน|คอมพาวด์|ခြံဝင်း|ဝင်းအမည်|စခန်း|စခန်းအမည်|တည်နေရာ|ထိန်းသိမ်းထားရာနေရာ|အလုပ်လုပ်ရာနေရာ|园区|園區|园区名称|園區名稱|所在园区|所在園區|营地|營地|关押地点|關押地點|"
    "被困地点|被困地點|拘禁地点|拘禁地點|所在地点|所在地點|ካምፕ|የካምፕ ስም|ግቢ|የታሰረበት ቦታ|የተያዘበት ቦታ|የነበረበት ቦታ|ያለበት ቦታ|የስራ ቦታ|المجمع|اسم المجمع|المعسكر|اسم المعسكر|المخيم|اسم المخيم|مكان الاحتجاز|موقع الاحتجاز|الموقع|مكان العمل|"
    "nom du camp|complexe|nom du complexe|lieu de detention|lieu de retention|lieu de sequestration|lieu de travail|complexo|nome do complexo|acampamento|nome do acampamento|local de detencao|local de cativeiro|local de trabalho|localizacao|"
    "kambi|jina la kambi|mahali|mahali aliposhikiliwa|mahali alipozuiliwa|trai|ten trai|khu phuc hop|noi giam giu|noi bi giu|noi bi giam giu|dia diem giam giu|dia diem|noi lam viec|kamp|nama kamp|kompleks|nama kompleks|lokasi|tempat penahanan|"
    "lokasi penahanan|tempat ditahan|tempat kerja|शिविर|शिविर का नाम|शिविरको नाम|कैंप|कैंप का नाम|क्याम्प|क्याम्पको नाम|कंपाउंड|कम्पाउन्ड|परिसर|परिसर का नाम|हिरासत का स्थान|राखिएको ठाउँ|थुनिएको ठाउँ|स्थान|ক্যাম্প|ক্যাম্পের নাম|শিবির|কম্পাউন্ড|"
    "কম্পাউন্ডের নাম|আটকের স্থান|অবস্থান|স্থান|کیمپ|کیمپ کا نام|کمپاؤنڈ|احاطہ|حراست کی جگہ|مقام|campamento|lugar de detencion|complejo",
    "father": "father|father s name|fathers name|father name|name of father|name of the father|father s full name|son of|daughter of|son daughter of|บิดา|ชื่อบิดา|ชื่อพ่อ|အဘအမည်|အဖအမည်|ဖခင်အမည်|အဖေအမည်|ဖခင်|父亲|父親|父亲姓名|父親姓名|父亲名字|"
    "ወላጅ አባት|የወላጅ አባት ስም|اسم الأب|الأب|اسم الوالد|pere|nom du pere|pai|nome do pai|baba|jina la baba|cha|ten cha|ho ten cha|ho va ten cha|ayah|nama ayah|bapak|nama bapak|bapa|nama bapa|पिता|पिता का नाम|पिताको नाम|बाबु|बाबुको नाम|बुबाको नाम|"
    "পিতা|পিতার নাম|বাবার নাম|والد|والد کا نام|ولدیت|padre|nombre del padre",
    "mother": "mother|mother s name|mothers name|mother name|name of mother|name of the mother|mother s full name|มารดา|ชื่อมารดา|ชื่อแม่|အမိအမည်|မိခင်အမည်|အမေအမည်|မိခင်|母亲|母親|母亲姓名|母親姓名|母亲名字|የእናት ስም|የወላጅ እናት ስም|የእናት ሙሉ ስም|اسم الأم|الأم|"
    "اسم الوالدة|mere|nom de la mere|mae|nome da mae|mama|jina la mama|me|ten me|ho ten me|ho va ten me|ibu|nama ibu|nama ibu kandung|माता|माता का नाम|माताको नाम|माँ का नाम|मां का नाम|आमाको नाम|মাতা|মাতার নাম|মায়ের নাম|والدہ|والدہ کا نام|ماں کا نام|"
    "madre|nombre de la madre",
    "kin": "next of kin|name of next of kin|next of kin name|nok|name of relative|relative s name|ชื่อญาติ|ญาติใกล้ชิด|အနီးဆုံးဆွေမျိုး|ဆွေမျိုးအမည်|近亲|近親|近亲属|近親屬|亲属|親屬|亲属姓名|親屬姓名|家属|家屬|家属姓名|家屬姓名|የቅርብ ዘመድ|የቅርብ ዘመድ ስም|أقرب الأقارب|"
    "اسم القريب|parent proche|nom du proche|proche parent|parente proximo|parente mais proximo|nome do parente|ndugu wa karibu|jina la ndugu|jamaa wa karibu|nguoi than|ten nguoi than|than nhan|keluarga terdekat|kerabat|nama kerabat|waris|nama waris|"
    "निकट संबंधी|निकटतम परिजन|परिजन का नाम|नजिकको नातेदार|हकवाला|हकवालाको नाम|নিকটাত্মীয়|নিকট আত্মীয়|নিকটাত্মীয়ের নাম|قریبی رشتہ دار|رشتہ دار کا نام|قریبی عزیز|familiar mas cercano|pariente",
}  # fmt: skip
# Such a column is never a name of the person, and stays in the note.
HEADINGS["other"] += "|" + "|".join(NOTED.values())

# Dates of birth whose calendar a person named, because the program would take it, or took it, for another.
BIRTH_CALENDARS: dict[str, Calendar] = {f"birth_{calendar.name.lower()}": calendar for calendar in Calendar}

MEANINGS: tuple[str, ...] = (*HEADINGS, *BIRTH_CALENDARS, "name_native", "ignore")
"""What a column can mean; a person may correct a column to any of these."""

TOTALS = (
    "total|grand total|sub total|subtotal|sum|in all|altogether|รวม|รวมทั้งสิ้น|รวมทั้งหมด|ทั้งหมด|จำนวนรวม|รวมจำนวน|ยอดรวม|စုစုပေါင်း|合计|合計|总计|總計|总数|總數|共计|共計|共|小计|小計|ጠቅላላ|ድምር|ጠቅላላ ድምር|"
    "المجموع|الإجمالي|مجموع|الاجمالي|total general|tong|tong cong|tong so|cong|jumlah|jumlah total|total keseluruhan|ລວມ|ລວມທັງໝົດ|សរុប|जम्मा|कुल|মোট|மொத்தம்|එකතුව|итого|всего|jami|jumla|celkem|kabuuan|ida ama"
)  # fmt: skip

PERSONS = (
    "persons|person|people|pax|names|individuals|victims|nationals|foreigners|คน|ราย|ဦး|人|名|人次|ሰዎች|ሰው|شخص|أشخاص|اشخاص|personnes|nguoi|orang|personas|pessoas|ຄົນ|នាក់|जना|জন|чел|человек|watu|osob|kishi"
)  # fmt: skip

NOTHING = frozenset(
    [
        "-",
        "--",
        "---",
        "–",
        "—",
        ".",
        "..",
        "/",
        "n/a",
        "na",
        "n.a.",
        "n.a",
        "nil",
        "none",
        "no",
        "null",
        "nan",
        "x",
        "xx",
        "xxx",
        "?",
        "??",
        "???",
        "_",
        "无",
        "無",
        "没有",
        "沒有",
        "ไม่มี",
        "-",
        "ไม่ระบุ",
        "ไม่ทราบ",
        "የለም",
        "لا",
        "يوجد",
        "لايوجد",
        "aucun",
        "néant",
        "neant",
        "không",
        "khong",
        "tidak",
        "tiada",
        "ada#n/a",
        "#n/a",
        "missing",
        "မရှိ",
        "ບໍ່ມີ",
        "គ្មាន",
        "छैन",
        "নাই",
        "নেই",
        "нет",
        "yo'q",
        "hakuna",
        "ninguno",
        "nenhum",
        "*",
    ]
) - {"ada#n/a", "ada"}
