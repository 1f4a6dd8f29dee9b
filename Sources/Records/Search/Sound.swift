/// How a name sounds, so that `Meier` is found by `Mayer` and `Smyth` by `Smith`.
///
/// Names are compared by two published keys, one made for German and one for English; equal in either sounds alike.
package struct Sound: Sendable, Hashable {
  package let german: String
  package let english: String

  /// - Parameter word: folded; nil for one with digits, of other letters than a to z, or shorter than three.
  package init?(_ word: String) {
    let letters = Array(word.utf8)
    guard letters.count > 2, letters.count < 60, letters.allSatisfy({ 97...122 ~= $0 }) else { return nil }
    // A key of one sign is that of every short name, so it says nothing.
    let (german, english) = (Sound.cologne(letters), Sound.nysiis(letters))
    self.german = german.utf8.count > 1 ? german : word
    self.english = english.utf8.count > 1 ? english : word
  }

  /// The Cologne phonetics (Kölner Phonetik): H. J. Postel, Die Kölner Phonetik, IBM-Nachrichten 19 (1969), 925–931.
  /// - Parameter letters: a to z.
  package static func cologne(_ letters: [UInt8]) -> String {
    var codes: [UInt8] = []
    for place in letters.indices {
      let code = digit(
        letters[place], after: place > 0 ? letters[place - 1] : nil,
        before: place + 1 < letters.count ? letters[place + 1] : nil)
      for one in code where codes.last != one { codes.append(one) }
    }
    let first = codes.first.map { [$0] } ?? []
    return String(decoding: first + codes.dropFirst().filter { $0 != UInt8(ascii: "0") }, as: UTF8.self)
  }

  private static func digit(_ letter: UInt8, after: UInt8?, before: UInt8?) -> [UInt8] {
    func follows(_ set: StaticString) -> Bool { before.map { has(set, $0) } ?? false }
    func comesAfter(_ set: StaticString) -> Bool { after.map { has(set, $0) } ?? false }
    switch letter {
    case UInt8(ascii: "h"): return []
    case UInt8(ascii: "b"): return [49]
    case UInt8(ascii: "p"): return [follows("h") ? 51 : 49]
    case UInt8(ascii: "d"), UInt8(ascii: "t"): return [follows("csz") ? 56 : 50]
    case UInt8(ascii: "f"), UInt8(ascii: "v"), UInt8(ascii: "w"): return [51]
    case UInt8(ascii: "g"), UInt8(ascii: "k"), UInt8(ascii: "q"): return [52]
    case UInt8(ascii: "x"): return comesAfter("ckq") ? [56] : [52, 56]
    case UInt8(ascii: "l"): return [53]
    case UInt8(ascii: "m"), UInt8(ascii: "n"): return [54]
    case UInt8(ascii: "r"): return [55]
    case UInt8(ascii: "s"), UInt8(ascii: "z"): return [56]
    case UInt8(ascii: "c"):
      if after == nil { return [follows("ahkloqrux") ? 52 : 56] }
      return [follows("ahkoqux") && !comesAfter("sz") ? 52 : 56]
    default: return [48]
    }
  }

  /// The New York State Identification and Intelligence System: R. L. Taft, Name Search Techniques, special report no. 1
  /// (Albany 1970).
  /// - Parameter letters: a to z.
  package static func nysiis(_ letters: [UInt8]) -> String {
    var name = letters
    for (from, to) in [
      ("mac", "mcc"), ("kn", "nn"), ("k", "c"), ("ph", "ff"), ("pf", "ff"), ("sch", "sss"),
    ] where name.starts(with: from.utf8) {
      name.replaceSubrange(0..<from.utf8.count, with: to.utf8)
      break
    }
    let end = name.suffix(2)
    if end.elementsEqual("ee".utf8) || end.elementsEqual("ie".utf8) {
      name.replaceSubrange(end.indices, with: "y".utf8)
    } else if ["dt", "rt", "rd", "nt", "nd"].contains(where: { end.elementsEqual($0.utf8) }) {
      name.replaceSubrange(end.indices, with: "d".utf8)
    }
    guard var first = name.first.map({ [$0] }) else { return "" }
    var place = 1
    while place < name.count {
      let (code, length) = step(name, place)
      name.replaceSubrange(place..<place + length, with: code)
      for one in name[place..<place + code.count] where first.last != one { first.append(one) }
      place += code.count
    }
    return closed(first)
  }

  /// What stands for the letters at a place, and how many letters that is.
  private static func step(_ name: [UInt8], _ place: Int) -> ([UInt8], Int) {
    let rest = name[place...]
    let letter = name[place]
    if rest.starts(with: "ev".utf8) { return (Array("af".utf8), 2) }
    if has("aeiou", letter) { return ([97], 1) }
    switch letter {
    case UInt8(ascii: "q"): return ([UInt8(ascii: "g")], 1)
    case UInt8(ascii: "z"): return ([UInt8(ascii: "s")], 1)
    case UInt8(ascii: "m"): return ([UInt8(ascii: "n")], 1)
    case UInt8(ascii: "k"):
      return rest.starts(with: "kn".utf8) ? ([UInt8(ascii: "n")], 2) : ([UInt8(ascii: "c")], 1)
    case UInt8(ascii: "s") where rest.starts(with: "sch".utf8): return (Array("sss".utf8), 3)
    case UInt8(ascii: "p") where rest.starts(with: "ph".utf8): return (Array("ff".utf8), 2)
    case UInt8(ascii: "h"):
      let next = place + 1 < name.count ? name[place + 1] : 0
      return (has("aeiou", name[place - 1]) && has("aeiou", next) ? [letter] : [name[place - 1]], 1)
    case UInt8(ascii: "w"): return (has("aeiou", name[place - 1]) ? [name[place - 1]] : [letter], 1)
    default: return ([letter], 1)
    }
  }

  private static func closed(_ code: [UInt8]) -> String {
    var code = code
    if code.count > 1, code.last == UInt8(ascii: "s") { code.removeLast() }
    if code.count > 1, code.suffix(2).elementsEqual("ay".utf8) {
      code.replaceSubrange((code.count - 2)..., with: "y".utf8)
    }
    if code.count > 1, code.last == UInt8(ascii: "a") { code.removeLast() }
    return String(decoding: code, as: UTF8.self)
  }

  private static func has(_ set: StaticString, _ letter: UInt8) -> Bool {
    set.withUTF8Buffer { $0.contains(letter) }
  }
}
