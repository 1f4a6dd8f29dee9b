import Kernel
import Records

/// A file that hangs on a record.
package struct Attachment: Sendable, Equatable, Codable {
  package let id: ID<Attachment>
  package let record: RecordKey
  /// What people call it; never where it lies.
  package let name: String
  /// What its content is, whatever its name says.
  package let type: String
  package let bytes: Int64
  /// SHA-256 of the content.
  package let hash: String
  package let by: String
  package let createdAt: Instant
  package let removedAt: Instant?

  /// The largest that is taken, until the company says otherwise, and what it may say.
  package static let usualLimit: Int64 = 25 << 20
  package static let limits: ClosedRange<Int64> = (1 << 20)...(200 << 20)
  /// How long a removed file can be brought back.
  package static let keptSeconds: Int64 = 30 * 86_400

  /// A name from outside as it is kept: without folders, without characters that steer, not too long, never empty.
  package static func name(_ raw: String) -> String {
    let last = raw.unicodeScalars.split { $0 == "/" || $0 == "\\" }.last.map { Array($0) } ?? []
    var kept = last.filter { !isSteering($0) }[...]
    // A name that begins with a full stop is hidden where people unpack it.
    while let first = kept.first, first == "." || first.properties.isWhitespace { kept.removeFirst() }
    while let end = kept.last, end.properties.isWhitespace { kept.removeLast() }
    guard !kept.isEmpty else { return "file" }
    let whole = text(kept)
    guard whole.utf8.count > longest else { return whole }
    let dot = kept.lastIndex(of: ".") ?? kept.endIndex
    let ending = text(kept[dot...])
    let end = ending.utf8.count <= 12 ? ending : ""
    var start = ArraySlice<Unicode.Scalar>()
    var count = end.utf8.count
    for scalar in kept {
      count += UTF8.width(scalar)
      if count > longest { break }
      start.append(scalar)
    }
    return text(start) + end
  }

  private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }

  private static let longest = 150

  // Control characters, and those that turn the direction of a line, so that a name cannot hide its ending.
  private static func isSteering(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: true
    default: false
    }
  }
}
