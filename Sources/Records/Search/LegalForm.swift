/// The words that say in which legal form a company is: they stand in its name and tell nobody who it is.
package enum LegalForm {
  private static let words: Set<String> = [
    "ab", "ag", "aktiengesellschaft", "as", "asa", "bhd", "bv", "bvba", "cia", "co", "company", "corp", "corporation",
    "cv", "doo", "ek", "eg", "ev", "eurl", "gbr", "ges", "gesellschaft", "ggmbh", "gmbh", "inc", "incorporated", "kft",
    "kg", "kgaa", "kk", "lda", "limited", "llc", "llp", "lp", "ltd", "ltda", "mbh", "nv", "oao", "ohg", "ooo", "oy",
    "oyj", "plc", "pte", "pty", "pvt", "sa", "sae", "sagl", "sarl", "sas", "sasu", "sca", "scs", "se", "sl", "slu",
    "snc", "spa", "sprl", "spzoo", "srl", "srls", "sro", "ug", "zoo",
  ]

  package static func isOne(_ word: String?) -> Bool { word.map(words.contains) ?? false }

  /// The words of a company's name that tell who it is; all of them where there are no others.
  package static func without(_ name: [String]) -> [String] {
    // “e. K.”, “S. p. A.”: single letters at the end are a legal form in pieces.
    var kept = name
    while kept.count > 1, let last = kept.last, isOne(last) || last.utf8.count == 1 || last == "und" || last == "and" {
      kept.removeLast()
    }
    let bare = kept.filter { !isOne($0) }
    return bare.isEmpty ? name : bare
  }
}
