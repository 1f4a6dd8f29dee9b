import Kernel

/// A piece of a page. Markup comes only from literals in the source; whatever is interpolated is escaped by its type.
package struct HTML: Sendable, Equatable {
  /// The markup in UTF-8, ready to be sent.
  package internal(set) var bytes: [UInt8]

  package init() { bytes = [] }
  init(bytes: [UInt8]) { self.bytes = bytes }

  /// Text as it would be typed: every character that means something in markup is escaped.
  package init(text: String) {
    bytes = []
    Escape.append(text, to: &bytes)
  }

  /// English words in the language of the page.
  package init(words: String) { self.init(text: words.translated) }

  package var isEmpty: Bool { bytes.isEmpty }
  package var text: String { String(decoding: bytes, as: UTF8.self) }

  package static func + (left: HTML, right: HTML) -> HTML { HTML(bytes: left.bytes + right.bytes) }
  package static func += (left: inout HTML, right: HTML) { left.bytes.append(contentsOf: right.bytes) }

  /// The pieces one after the other, with something between them.
  package static func joined(_ pieces: some Sequence<HTML>, separator: HTML = HTML()) -> HTML {
    var all: [UInt8] = []
    var first = true
    for piece in pieces {
      if !first { all.append(contentsOf: separator.bytes) }
      all.append(contentsOf: piece.bytes)
      first = false
    }
    return HTML(bytes: all)
  }
}

extension HTML: CustomStringConvertible {
  package var description: String { text }
}

/// A part of a page that can say what it looks like; interpolated into `HTML` as it is.
package protocol Part: Sendable {
  var html: HTML { get }
}

extension Sequence {
  /// Every element as a piece of a page, one after the other.
  package func html(_ piece: (Element) -> HTML) -> HTML { HTML.joined(map(piece)) }
}
