import Kernel
import Testing

@Suite struct TextTests {
  @Test func `a line is trimmed and composed`() throws {
    #expect(try Text.line(" \u{a0}Mu\u{308}ller  ", field: "name") == "Müller")
    let composed = try Text.line("e\u{301}", field: "name")
    #expect(Array(composed.utf8) == Array("\u{e9}".utf8))
    #expect(try Text.line("   ", field: "name", required: false) == "")
  }

  @Test(arguments: ["a\0b", "a\tb", "a\nb", "a\rb", "a\u{7f}b", "a\u{85}b", "a\u{1b}b"])
  func `a line holds no control characters`(text: String) {
    let found = #expect(throws: Problem.self) { _ = try Text.line(text, field: "name") }
    #expect(found?.field == "name")
    #expect(found?.kind == .invalid)
  }

  @Test func `an empty line is refused where one is required`() {
    let found = #expect(throws: Problem.self) { _ = try Text.line(" \u{a0} ", field: "name") }
    #expect(found?.message == "This must not be empty.")
  }

  @Test func `the length is counted in bytes after composing`() throws {
    #expect(try Text.line(String(repeating: "ü", count: 5), field: "name", limit: 10).utf8.count == 10)
    #expect(try Text.line(String(repeating: "u\u{308}", count: 5), field: "name", limit: 10).utf8.count == 10)
    #expect(throws: Problem.self) { _ = try Text.line(String(repeating: "ü", count: 6), field: "name", limit: 10) }
    #expect(throws: Problem.self) { _ = try Text.block(String(repeating: "a", count: 10_001), field: "note") }
  }

  @Test func `a block keeps its lines and tabs and nothing else`() throws {
    #expect(try Text.block("a\r\nb\rc\n\td", field: "note") == "a\nb\nc\n\td")
    #expect(throws: Problem.self) { _ = try Text.block("a\u{8}b", field: "note") }
    #expect(throws: Problem.self) { _ = try Text.block("a\0", field: "note") }
  }

  @Test func `names are folded alike however they are written`() {
    #expect(Text.folded("Müller") == "mueller")
    #expect(Text.folded("MU\u{308}LLER") == Text.folded("mueller"))
    #expect(Text.folded("Straße") == "strasse")
    #expect(Text.folded("Ångström Ærø") == "aangstroem aeroe")
    #expect(Text.folded("Café Žižek Nuñez") == "cafe zizek nunez")
    #expect(Text.folded(Text.folded("Weiß & Söhne")) == Text.folded("Weiß & Söhne"))
    #expect(Text.folded("Müller") != Text.folded("Muller"))
  }

  @Test func `an identifier is a positive number in its shortest form`() {
    #expect(ID<Int>(text: "17")?.rawValue == 17)
    #expect(ID<Int>(text: "9223372036854775807")?.rawValue == .max)
    for text in ["", "0", "-1", "+1", "01", " 1", "1 ", "1.0", "9223372036854775808", "１", "a"] {
      #expect(ID<Int>(text: text) == nil, "“\(text)” was read")
    }
  }

  @Test func `a refusal reads as one line`() {
    let full = Problem(.invalid, field: "name", "It is empty.", mend: "Fill it in.")
    #expect(full.description == "name: It is empty. Fill it in.")
    #expect(Problem(.notFound, "It is gone.").description == "It is gone.")
  }
}
