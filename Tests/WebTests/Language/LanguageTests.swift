import Testing
import Web

/// Pages in another language: whole sentences are looked up, and what a person typed stays as it is.
@Suite struct LanguageTests {
  private let german = Language(
    code: "de",
    catalogue: [
      "Ran {} in {} days": "In {2} Tagen {1} Mal gelaufen",
      "Nothing yet. <a>Import a file</a> to begin.": "Noch nichts. Beginnen Sie mit einem <a>Import</a>.",
      "Save": "Speichern", "Where {} comes from": "Woher {} kommt", "customer": "Kunde", "customers": "Kunden",
      "“{}” is added.": "„{}“ ist hinzugefügt.", "{} refused": "{} abgelehnt", "Open": "Offen",
      "Sales & margin": "Umsatz & Marge",
    ])

  private func said(_ page: () -> HTML) -> String { Language.$current.withValue(german) { page().text } }

  @Test func englishStaysWhereNoLanguageIsSet() {
    let html: HTML = "<p>Ran \(3) in \(30) days</p>"
    #expect(html.text == "<p>Ran 3 in 30 days</p>")
  }

  @Test func aSentenceIsSaidWholeWithItsValuesInTheirOrder() {
    #expect(said { "<p class=\"x\">Ran \(3) in \(30) days</p>" } == "<p class=\"x\">In 30 Tagen 3 Mal gelaufen</p>")
  }

  @Test func tagsInASentenceKeepTheirAttributes() {
    let page = said { "<p>Nothing yet. <a href=\"\(url: "/imports")\">Import a file</a> to begin.</p>" }
    #expect(page == "<p>Noch nichts. Beginnen Sie mit einem <a href=\"/imports\">Import</a>.</p>")
  }

  @Test func whatATagInsideASentenceSaysIsSaidWithIt() {
    let page = said {
      "<p>Nothing yet. <a href=\"/x\" title=\"Where \("it") comes from\">Import a file</a> to begin.</p>"
    }
    #expect(
      page == "<p>Noch nichts. Beginnen Sie mit einem <a href=\"/x\" title=\"Woher it kommt\">Import</a>.</p>")
    let unknown = said { "<p>Unheard of <a title=\"Save\">things</a> here</p>" }
    #expect(unknown == "<p>Unheard of <a title=\"Speichern\">things</a> here</p>")
  }

  @Test func noPieceOfMarkupEndsTheProgram() {
    // Every piece of literals that are cut short, and values where nobody expects them.
    let whole =
      "<p title=\"a\">Ran <a title=\"Save\" x>3</a> & in <b>30</b> days<br></p><script>Save</script> <i aria-label=\"Save"
    let bytes = Array(whole.utf8)
    for start in bytes.indices {
      for end in [start, min(start + 7, bytes.count), bytes.count] where end >= start {
        let piece = Array(bytes[start..<end])
        let middle = piece.count / 2
        for values in [[], [0..<0], [0..<middle], [middle..<piece.count], [0..<middle, middle..<piece.count]] {
          #expect(german.markup(piece, values: values).count >= 0)
        }
      }
    }
  }

  @Test func whatOnlyStandsBesideASentenceIsNoPartOfIt() {
    let page = said { "<button type=\"submit\">\(Icon("check"))Save</button>" }
    #expect(page == "<button type=\"submit\"><i class=\"ti ti-check\" aria-hidden=\"true\"></i>Speichern</button>")
    #expect(said { "<li><strong>Save</strong></li>" } == "<li><strong>Speichern</strong></li>")
  }

  @Test func attributesThatAreHeardAreSaidAndOthersAreNot() {
    #expect(
      said { "<i title=\"Where \("it") comes from\" data-x=\"Save\"></i>" }
        == "<i title=\"Woher it kommt\" data-x=\"Save\"></i>")
    #expect(
      said { "<i\(attribute: "aria-label", "Save")\(attribute: "value", "Save")></i>" }
        == "<i aria-label=\"Speichern\" value=\"Save\"></i>")
  }

  @Test func whatAPersonTypedStaysAsItIs() {
    let name = "Save"
    #expect(said { "<td>\(name)</td>" } == "<td>Save</td>")
    #expect(said { "<td>\(words: name)</td>" } == "<td>Speichern</td>")
    #expect(german.words("“Open” is added.") == "„Open“ ist hinzugefügt.")
  }

  @Test func aTextMadeElsewhereIsFoundByItsPattern() {
    #expect(german.words("Ran 3 in 30 days") == "In 30 Tagen 3 Mal gelaufen")
    #expect(german.words("Open refused") == "Offen abgelehnt")
    #expect(german.words("Something else") == "Something else")
  }

  @Test func nothingOfAValueBecomesMarkup() {
    let evil = "<b>{}</b> </p><script>"
    let page = said { "<p>Ran \(evil) in \(30) days</p>" }
    #expect(page == "<p>In 30 Tagen &lt;b&gt;{}&lt;/b&gt; &lt;/p&gt;&lt;script&gt; Mal gelaufen</p>")
    #expect(said { "<p>Sales &amp; margin</p>" } == "<p>Umsatz &amp; Marge</p>")
  }

  @Test func scriptsAndBlocksOfDataKeepTheirNames() {
    let page = said { "<script type=\"application/json\">\(json: ["kind": "customer", "title": "Save"])</script>" }
    #expect(page == "<script type=\"application/json\">{\"kind\":\"customer\",\"title\":\"Speichern\"}</script>")
  }

  @Test func figuresAreWrittenInTheLanguageOfThePage() {
    let written = Language.$current.withValue(german) { Format.standard.count(2_469, "customer", "customers") }
    #expect(written == "2,469 Kunden")
    #expect(Format.standard.count(1, "customer", "customers") == "1 customer")
  }

  @Test func whatIsMissingIsToldOnce() {
    let told = Told()
    let language = Language(code: "de", catalogue: [:]) { told.add($0) }
    for _ in 0..<3 { _ = Language.$current.withValue(language) { "<p>Nothing \(1) here</p>" as HTML } }
    #expect(told.all == ["Nothing {} here"])
  }
}

/// What a language told, in order.
private final class Told: @unchecked Sendable {
  private(set) var all: [String] = []
  func add(_ text: String) { all.append(text) }
}
