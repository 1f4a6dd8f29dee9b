/// A sentence with its places: `{}` for a value, `{2}` for the second one, `<a>` and `</a>` for a tag inside it.
package struct Phrase: Equatable, Sendable {
  package enum Mark: Equatable, Sendable {
    case words(String)
    /// Which of the values, from 0.
    case place(Int)
    case open(String)
    case close(String)
  }

  package private(set) var marks: [Mark] = []

  /// As it is written in a catalogue.
  package init(_ written: String) {
    var places = 0
    var words: [UInt8] = []
    var rest = Array(written.utf8)[...]
    while let byte = rest.first {
      if let (mark, length) = Phrase.mark(rest, places) {
        if case .place = mark { places += 1 }
        if !words.isEmpty { marks.append(.words(String(decoding: words, as: UTF8.self))) }
        words = []
        marks.append(mark)
        rest = rest.dropFirst(length)
      } else {
        words.append(byte)
        rest = rest.dropFirst()
      }
    }
    if !words.isEmpty { marks.append(.words(String(decoding: words, as: UTF8.self))) }
  }

  private static func mark(_ bytes: ArraySlice<UInt8>, _ places: Int) -> (Mark, length: Int)? {
    let isPlace = bytes.first == UInt8(ascii: "{")
    guard isPlace || bytes.first == UInt8(ascii: "<"),
      let end = bytes.prefix(16).firstIndex(of: isPlace ? UInt8(ascii: "}") : UInt8(ascii: ">"))
    else { return nil }
    let inside = bytes[(bytes.startIndex + 1)..<end]
    let text = String(decoding: inside, as: UTF8.self)
    let length = end - bytes.startIndex + 1
    if isPlace {
      if text.isEmpty { return (.place(places), length) }
      guard let number = Int(text), (1...99).contains(number) else { return nil }
      return (.place(number - 1), length)
    }
    let name = text.hasPrefix("/") ? String(text.dropFirst()) : text
    guard !name.isEmpty, name.utf8.allSatisfy({ (97...122).contains($0) }) else { return nil }
    return (text.hasPrefix("/") ? .close(name) : .open(name), length)
  }

  /// What must be the same in a translation: every value once, every tag as often.
  package var places: [String] {
    marks.compactMap { mark in
      switch mark {
      case .words: nil
      case .place(let number): "{\(number)}"
      case .open(let name): "<\(name)>"
      case .close(let name): "</\(name)>"
      }
    }.sorted()
  }

  var hasTags: Bool {
    marks.contains { mark in
      switch mark {
      case .open, .close: true
      case .words, .place: false
      }
    }
  }

  /// The sentence when it is nothing but words.
  var plain: String? {
    guard marks.count == 1, case .words(let words)? = marks.first else { return nil }
    return words
  }
}
