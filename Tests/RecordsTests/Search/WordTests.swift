import Kernel
import Records
import Testing

/// How text is taken apart, and what counts as alike.
@Suite struct WordTests {
  @Test func `a name with an umlaut is found by both ways to write it`() {
    #expect(Words.keys(of: "Müller") == ["mueller", "muller"])
    #expect(Words.keys(of: "O’Brien-Smith & Søn") == ["obrien", "smith", "soen", "son"])
  }

  @Test(arguments: [
    ("wikipedia", "3412"), ("breschnew", "17863"), ("mueller", "657"), ("luedenscheidt", "52682"), ("meier", "67"),
    ("mayer", "67"), ("schmidt", "862"), ("xavier", "4837"),
  ])
  func `the Cologne phonetics gives the codes that are published`(_ word: String, _ code: String) {
    #expect(Sound.cologne(Array(word.utf8)) == code)
  }

  @Test(arguments: [
    ("smith", "snat"), ("schmidt", "snad"), ("knight", "nagt"), ("macdonald", "mcdanald"), ("phillipson", "falapsan"),
    ("mayer", "mayar"), ("meier", "mar"),
  ])
  func `NYSIIS gives the codes that are published`(_ word: String, _ code: String) {
    #expect(Sound.nysiis(Array(word.utf8)) == code)
  }

  @Test func `a word of digits or of another script has no sound`() {
    #expect(Sound("k10023") == nil)
    #expect(Sound("иванов") == nil)
    #expect(Sound("ab") == nil)
    #expect(Sound("smith")?.german == Sound("smyth")?.german)
  }

  @Test func `one letter off is one letter too many, too few, another, or two that changed places`() {
    for word in ["miller", "muellerr", "mueler", "muelelr", "nueller"] {
      #expect(Spelling.isOneLetterOff("mueller", word) == (word != "miller"), "\(word)")
    }
    #expect(!Spelling.isOneLetterOff("mueller", "mueller"))
    #expect(!Spelling.isOneLetterOff("abc", "cba"))
    #expect(Spelling.isOneLetterOff("aab", "aaab"))
  }

  @Test(arguments: [("martha", "marhta", 0.961), ("dixon", "dicksonx", 0.813), ("dwayne", "duane", 0.840)])
  func `Jaro and Winkler's similarity gives the values that are published`(
    _ left: String, _ right: String, _ value: Double
  ) {
    #expect(abs(Spelling.jaroWinkler(Array(left.utf8), Array(right.utf8)) - value) < 0.0005)
  }

  @Test(arguments: ["+49 30 1234567", "0049 30 1234567", "+49 (0)30 1234567", "+49-30/123 45 67"])
  func `a telephone number is the same however it is written`(_ text: String) throws {
    let number = try #require(PhoneNumber(text))
    #expect(number.digits == "49301234567")
    let local = try #require(PhoneNumber("030 / 12 34 567"))
    #expect(number.isSame(as: local))
    let other = try #require(PhoneNumber("040 / 12 34 567"))
    #expect(!number.isSame(as: other))
  }

  @Test func `what is no telephone number is none`() {
    #expect(PhoneNumber("12") == nil)
    #expect(PhoneNumber("no number") == nil)
    #expect(PhoneNumber("123456789012345678901") == nil)
  }

  @Test func `a company's legal form does not tell who it is`() {
    #expect(LegalForm.without(["meier", "soehne", "gmbh", "co", "kg"]) == ["meier", "soehne"])
    #expect(LegalForm.without(["gmbh"]) == ["gmbh"])
    #expect(LegalForm.without(["verein", "e", "v"]) == ["verein"])
  }
}
