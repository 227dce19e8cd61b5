r"""Unicode's blocks by the names that `\p{Is…}` uses: blanks left out (Unicode 15, those a rule may want)."""

from yimen.dmn.feel.regex.sets import CharSet

_TABLE = """
BasicLatin 0000 007F; Latin-1Supplement 0080 00FF; LatinExtended-A 0100 017F; LatinExtended-B 0180 024F
IPAExtensions 0250 02AF; SpacingModifierLetters 02B0 02FF; CombiningDiacriticalMarks 0300 036F
Greek 0370 03FF; GreekandCoptic 0370 03FF; Cyrillic 0400 04FF; CyrillicSupplement 0500 052F; Armenian 0530 058F
Hebrew 0590 05FF; Arabic 0600 06FF; Syriac 0700 074F; ArabicSupplement 0750 077F; Thaana 0780 07BF; NKo 07C0 07FF
Samaritan 0800 083F; Mandaic 0840 085F; ArabicExtended-A 08A0 08FF; Devanagari 0900 097F; Bengali 0980 09FF
Gurmukhi 0A00 0A7F; Gujarati 0A80 0AFF; Oriya 0B00 0B7F; Tamil 0B80 0BFF; Telugu 0C00 0C7F; Kannada 0C80 0CFF
Malayalam 0D00 0D7F; Sinhala 0D80 0DFF; Thai 0E00 0E7F; Lao 0E80 0EFF; Tibetan 0F00 0FFF; Myanmar 1000 109F
Georgian 10A0 10FF; HangulJamo 1100 11FF; Ethiopic 1200 137F; EthiopicSupplement 1380 139F; Cherokee 13A0 13FF
UnifiedCanadianAboriginalSyllabics 1400 167F; Ogham 1680 169F; Runic 16A0 16FF; Tagalog 1700 171F; Hanunoo 1720 173F
Buhid 1740 175F; Tagbanwa 1760 177F; Khmer 1780 17FF; Mongolian 1800 18AF; Limbu 1900 194F; TaiLe 1950 197F
NewTaiLue 1980 19DF; KhmerSymbols 19E0 19FF; Buginese 1A00 1A1F; TaiTham 1A20 1AAF; Balinese 1B00 1B7F
Sundanese 1B80 1BBF; Batak 1BC0 1BFF; Lepcha 1C00 1C4F; OlChiki 1C50 1C7F; VedicExtensions 1CD0 1CFF
PhoneticExtensions 1D00 1D7F; PhoneticExtensionsSupplement 1D80 1DBF; CombiningDiacriticalMarksSupplement 1DC0 1DFF
LatinExtendedAdditional 1E00 1EFF; GreekExtended 1F00 1FFF; GeneralPunctuation 2000 206F
SuperscriptsandSubscripts 2070 209F; CurrencySymbols 20A0 20CF; CombiningMarksforSymbols 20D0 20FF
CombiningDiacriticalMarksforSymbols 20D0 20FF; LetterlikeSymbols 2100 214F; NumberForms 2150 218F; Arrows 2190 21FF
MathematicalOperators 2200 22FF; MiscellaneousTechnical 2300 23FF; ControlPictures 2400 243F
OpticalCharacterRecognition 2440 245F; EnclosedAlphanumerics 2460 24FF; BoxDrawing 2500 257F; BlockElements 2580 259F
GeometricShapes 25A0 25FF; MiscellaneousSymbols 2600 26FF; Dingbats 2700 27BF
MiscellaneousMathematicalSymbols-A 27C0 27EF; SupplementalArrows-A 27F0 27FF; BraillePatterns 2800 28FF
SupplementalArrows-B 2900 297F; MiscellaneousMathematicalSymbols-B 2980 29FF
SupplementalMathematicalOperators 2A00 2AFF; MiscellaneousSymbolsandArrows 2B00 2BFF; Glagolitic 2C00 2C5F
LatinExtended-C 2C60 2C7F; Coptic 2C80 2CFF; GeorgianSupplement 2D00 2D2F; Tifinagh 2D30 2D7F
EthiopicExtended 2D80 2DDF; CyrillicExtended-A 2DE0 2DFF; SupplementalPunctuation 2E00 2E7F
CJKRadicalsSupplement 2E80 2EFF; KangxiRadicals 2F00 2FDF; IdeographicDescriptionCharacters 2FF0 2FFF
CJKSymbolsandPunctuation 3000 303F; Hiragana 3040 309F; Katakana 30A0 30FF; Bopomofo 3100 312F
HangulCompatibilityJamo 3130 318F; Kanbun 3190 319F; BopomofoExtended 31A0 31BF; CJKStrokes 31C0 31EF
KatakanaPhoneticExtensions 31F0 31FF; EnclosedCJKLettersandMonths 3200 32FF; CJKCompatibility 3300 33FF
CJKUnifiedIdeographsExtensionA 3400 4DBF; YijingHexagramSymbols 4DC0 4DFF; CJKUnifiedIdeographs 4E00 9FFF
YiSyllables A000 A48F; YiRadicals A490 A4CF; Lisu A4D0 A4FF; Vai A500 A63F; CyrillicExtended-B A640 A69F
Bamum A6A0 A6FF; ModifierToneLetters A700 A71F; LatinExtended-D A720 A7FF; SylotiNagri A800 A82F
CommonIndicNumberForms A830 A83F; Phags-pa A840 A87F; Saurashtra A880 A8DF; DevanagariExtended A8E0 A8FF
KayahLi A900 A92F; Rejang A930 A95F; HangulJamoExtended-A A960 A97F; Javanese A980 A9DF; Cham AA00 AA5F
MyanmarExtended-A AA60 AA7F; TaiViet AA80 AADF; EthiopicExtended-A AB00 AB2F; LatinExtended-E AB30 AB6F
MeeteiMayek ABC0 ABFF; HangulSyllables AC00 D7AF; HangulJamoExtended-B D7B0 D7FF; HighSurrogates D800 DB7F
HighPrivateUseSurrogates DB80 DBFF; LowSurrogates DC00 DFFF; PrivateUse E000 F8FF; PrivateUseArea E000 F8FF
CJKCompatibilityIdeographs F900 FAFF; AlphabeticPresentationForms FB00 FB4F; ArabicPresentationForms-A FB50 FDFF
VariationSelectors FE00 FE0F; VerticalForms FE10 FE1F; CombiningHalfMarks FE20 FE2F; CJKCompatibilityForms FE30 FE4F
SmallFormVariants FE50 FE6F; ArabicPresentationForms-B FE70 FEFF; HalfwidthandFullwidthForms FF00 FFEF
Specials FFF0 FFFF; LinearBSyllabary 10000 1007F; LinearBIdeograms 10080 100FF; AegeanNumbers 10100 1013F
AncientGreekNumbers 10140 1018F; OldItalic 10300 1032F; Gothic 10330 1034F; Ugaritic 10380 1039F; OldPersian 103A0 103DF
Deseret 10400 1044F; Shavian 10450 1047F; Osmanya 10480 104AF; Cuneiform 12000 123FF
EgyptianHieroglyphs 13000 1342F; ByzantineMusicalSymbols 1D000 1D0FF; MusicalSymbols 1D100 1D1FF
MathematicalAlphanumericSymbols 1D400 1D7FF; MahjongTiles 1F000 1F02F; DominoTiles 1F030 1F09F; PlayingCards 1F0A0 1F0FF
EnclosedAlphanumericSupplement 1F100 1F1FF; EnclosedIdeographicSupplement 1F200 1F2FF
MiscellaneousSymbolsandPictographs 1F300 1F5FF; Emoticons 1F600 1F64F; OrnamentalDingbats 1F650 1F67F
TransportandMapSymbols 1F680 1F6FF; AlchemicalSymbols 1F700 1F77F; GeometricShapesExtended 1F780 1F7FF
SupplementalArrows-C 1F800 1F8FF; SupplementalSymbolsandPictographs 1F900 1F9FF; ChessSymbols 1FA00 1FA6F
SymbolsandPictographsExtended-A 1FA70 1FAFF; CJKUnifiedIdeographsExtensionB 20000 2A6DF
CJKUnifiedIdeographsExtensionC 2A700 2B73F; CJKUnifiedIdeographsExtensionD 2B740 2B81F
CJKUnifiedIdeographsExtensionE 2B820 2CEAF; CJKUnifiedIdeographsExtensionF 2CEB0 2EBEF
CJKCompatibilityIdeographsSupplement 2F800 2FA1F; CJKUnifiedIdeographsExtensionG 30000 3134F
CJKUnifiedIdeographsExtensionH 31350 323AF; Tags E0000 E007F; VariationSelectorsSupplement E0100 E01EF
SupplementaryPrivateUseArea-A F0000 FFFFF; SupplementaryPrivateUseArea-B 100000 10FFFF
"""

BLOCKS: dict[str, CharSet] = {
    name: ((int(low, 16), int(high, 16)),)
    for name, low, high in (entry.split() for line in _TABLE.strip().splitlines() for entry in line.split("; "))
}
