import Foundation
import Testing
import Web

/// The catalogues are held against the source: every sentence of a page has its translation, with the same places.
@Suite struct CatalogueTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  private static let assets = root.appending(path: "Sources/Web/Assets")

  private static func catalogue(_ code: String) throws -> [String: String] {
    let file = try Data(contentsOf: assets.appending(path: "languages/\(code).json"))
    return try JSONDecoder().decode([String: String].self, from: file)
  }

  private static var codes: [String] { Language.offered.map(\.0).filter { $0 != "en" } }

  /// The modules whose words stand on pages; the API page and its routes are for programmers, in English.
  private static func sources() throws -> [(name: String, literals: [SwiftLiterals.Literal])] {
    let modules = [
      "Web", "Records", "Customers", "Conditions", "Portfolio", "Server", "Tabular", "Kernel", "Analytics",
    ]
    return try modules.flatMap { module in
      let folder = root.appending(path: "Sources/\(module)").path
      let files = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix(".swift") }
      return try files.filter { !$0.hasPrefix("API/") && !$0.hasPrefix("Language/") }.map { file in
        (file, SwiftLiterals(try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)).literals)
      }
    }
  }

  private static func sentences(_ literal: SwiftLiterals.Literal) -> [String] {
    Passages(literal.bytes, values: literal.values).found.compactMap { Sentence($0, in: literal.bytes)?.key }
  }

  @Test(arguments: codes) func everySentenceOfMarkupIsTranslated(_ code: String) throws {
    let catalogue = try CatalogueTests.catalogue(code)
    var missing: [String] = []
    var seen = 0
    for (name, literals) in try CatalogueTests.sources() {
      for literal in literals where CatalogueTests.isMarkup(literal) {
        for sentence in CatalogueTests.sentences(literal) where !sentence.contains("=\"") {
          seen += 1
          if catalogue[sentence] == nil { missing.append("\(name):\(literal.line): \(sentence)") }
        }
      }
    }
    #expect(seen > 400)
    #expect(missing.isEmpty, "\(missing.sorted().joined(separator: "\n"))")
  }

  @Test(arguments: codes) func everySentenceSaidInATextIsTranslated(_ code: String) throws {
    let catalogue = try CatalogueTests.catalogue(code)
    var missing: [String] = []
    var seen = 0
    for (name, literals) in try CatalogueTests.sources() where !name.hasSuffix("Routes.swift") {
      for literal in literals where !CatalogueTests.isMarkup(literal) {
        for sentence in CatalogueTests.sentences(literal) where CatalogueTests.isWhole(sentence) {
          seen += 1
          if catalogue[sentence] == nil { missing.append("\(name):\(literal.line): \(sentence)") }
        }
      }
    }
    #expect(seen > 1_500)
    #expect(missing.isEmpty, "\(missing.sorted().joined(separator: "\n"))")
  }

  @Test(arguments: codes) func aTranslationHasTheSamePlacesAndTags(_ code: String) throws {
    let wrong = try CatalogueTests.catalogue(code).filter { Phrase($0.key).places != Phrase($0.value).places }
    #expect(wrong.isEmpty, "\(wrong.keys.sorted())")
    let empty = try CatalogueTests.catalogue(code).filter { $0.value.isEmpty }
    #expect(empty.isEmpty)
  }

  @Test(arguments: codes) func whatScriptsSayIsListedAndTranslated(_ code: String) throws {
    let catalogue = try CatalogueTests.catalogue(code)
    var asked: Set<String> = []
    for name in try FileManager.default.contentsOfDirectory(atPath: CatalogueTests.assets.path)
    where name.hasSuffix(".js") {
      let script = try String(contentsOf: CatalogueTests.assets.appending(path: name), encoding: .utf8)
      for match in script.matches(of: /words\('([^']+)'/) { asked.insert(String(match.1)) }
    }
    #expect(asked == Set(ScriptWords.all))
    #expect(ScriptWords.all.filter { catalogue[$0] == nil } == [])
  }

  private static func isMarkup(_ literal: SwiftLiterals.Literal) -> Bool {
    String(decoding: literal.bytes, as: UTF8.self).contains(/<\/?[a-z]|^ [a-z-]+="/)
  }

  /// A sentence: it begins large, ends with a full stop or a question mark, and has no code in it.
  private static func isWhole(_ sentence: String) -> Bool {
    sentence.contains(/^[A-Z“][^_=\\]* [^_=\\]*[.?]$/) && !sentence.contains(/[A-Z]{4,}|::|--/)
  }
}
