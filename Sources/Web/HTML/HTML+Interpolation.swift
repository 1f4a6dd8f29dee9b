import Kernel

// The literal type is StaticString, so `HTML(stringLiteral: something)` does not compile for text made at run time.
extension HTML: ExpressibleByStringInterpolation {
  package init(stringLiteral value: StaticString) {
    var piece = StringInterpolation(literalCapacity: value.utf8CodeUnitCount, interpolationCount: 0)
    piece.appendLiteral(value)
    bytes = piece.said
  }

  package init(stringInterpolation: StringInterpolation) { bytes = stringInterpolation.said }

  /// What may stand between the literals, each escaped for the place it is meant for.
  package struct StringInterpolation: StringInterpolationProtocol {
    var bytes: [UInt8] = []
    /// The language of the page where it is not that of the literals, and where the literals stand.
    private let language = Language.current
    private var literals: [Range<Int>] = []

    package init(literalCapacity: Int, interpolationCount: Int) {
      bytes.reserveCapacity(literalCapacity + interpolationCount * 24)
    }

    package mutating func appendLiteral(_ literal: StaticString) {
      let start = bytes.count
      literal.withUTF8Buffer { bytes.append(contentsOf: $0) }
      if language != nil, bytes.count > start { literals.append(start..<bytes.count) }
    }

    /// The piece in the language of the page.
    var said: [UInt8] {
      guard let language, !literals.isEmpty else { return bytes }
      var values: [Range<Int>] = []
      var end = 0
      for literal in literals {
        if literal.lowerBound > end { values.append(end..<literal.lowerBound) }
        end = literal.upperBound
      }
      if end < bytes.count { values.append(end..<bytes.count) }
      return language.markup(bytes, values: values)
    }

    /// English words, such as a title, in the language of the page.
    package mutating func appendInterpolation(words: String) { Escape.append(words.translated, to: &bytes) }
    package mutating func appendInterpolation(words: String?) {
      if let words { Escape.append(words.translated, to: &bytes) }
    }

    package mutating func appendInterpolation(_ text: String) { Escape.append(text, to: &bytes) }
    package mutating func appendInterpolation(_ text: Substring) { Escape.append(String(text), to: &bytes) }
    package mutating func appendInterpolation(_ text: String?) {
      if let text { Escape.append(text, to: &bytes) }
    }

    package mutating func appendInterpolation(_ html: HTML) { bytes.append(contentsOf: html.bytes) }
    package mutating func appendInterpolation(_ html: HTML?) {
      if let html { bytes.append(contentsOf: html.bytes) }
    }
    package mutating func appendInterpolation(_ pieces: [HTML]) {
      for piece in pieces { bytes.append(contentsOf: piece.bytes) }
    }

    package mutating func appendInterpolation(_ part: some Part) { bytes.append(contentsOf: part.html.bytes) }
    package mutating func appendInterpolation(_ part: (some Part)?) {
      if let part { bytes.append(contentsOf: part.html.bytes) }
    }
    package mutating func appendInterpolation(_ parts: [some Part]) {
      for part in parts { bytes.append(contentsOf: part.html.bytes) }
    }

    package mutating func appendInterpolation(_ number: some FixedWidthInteger) {
      bytes.append(contentsOf: String(number).utf8)
    }
    package mutating func appendInterpolation<Thing>(_ id: ID<Thing>) {
      bytes.append(contentsOf: String(id.rawValue).utf8)
    }
    /// The day as programs write it, `2026-11-21`; `Format` writes it as people do.
    package mutating func appendInterpolation(_ day: Day) { bytes.append(contentsOf: day.description.utf8) }

    /// A number in a drawing, to two decimals.
    package mutating func appendInterpolation(coordinate value: Double) {
      Escape.append(coordinate: value, to: &bytes)
    }

    /// An address in `href`, `src` or `action`; one of another scheme or another host by trick becomes `#`.
    package mutating func appendInterpolation(url: String) {
      Escape.append(Address.isSafe(url) ? url : "#", to: &bytes)
    }

    /// A value for a `<script type="application/json">` block.
    package mutating func appendInterpolation(json value: some Encodable) { JSONBlock.append(value, to: &bytes) }

    /// JSON that is written already, for such a block.
    package mutating func appendInterpolation(written source: [UInt8]) { JSONBlock.append(source: source, to: &bytes) }

    /// A piece that is there only under a condition.
    package mutating func appendInterpolation(
      when condition: Bool, _ yes: @autoclosure () -> HTML, else no: @autoclosure () -> HTML = HTML()
    ) {
      bytes.append(contentsOf: (condition ? yes() : no()).bytes)
    }

    /// ` name="value"`, or nothing when there is no value.
    package mutating func appendInterpolation(attribute name: StaticString, _ value: String?) {
      guard let value else { return }
      bytes.append(UInt8(ascii: " "))
      appendLiteral(name)
      bytes.append(contentsOf: "=\"".utf8)
      Escape.append(language != nil && Passages.isSpoken(name) ? value.translated : value, to: &bytes)
      bytes.append(UInt8(ascii: "\""))
    }

    /// ` name`, or nothing: for `checked`, `required`, `open` and their like.
    package mutating func appendInterpolation(flag name: StaticString, _ isOn: Bool) {
      guard isOn else { return }
      bytes.append(UInt8(ascii: " "))
      appendLiteral(name)
    }
  }
}
