import Kernel

/// What a file is, found in its first bytes; its name only chooses between formats that share a wrapping.
package enum ContentType {
  package static let unknown = "application/octet-stream"

  private static let marks: [(bytes: [UInt8], type: String)] = [
    (Array("%PDF-".utf8), "application/pdf"), ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], "image/png"),
    ([0xFF, 0xD8, 0xFF], "image/jpeg"), (Array("GIF87a".utf8), "image/gif"), (Array("GIF89a".utf8), "image/gif"),
    ([0x50, 0x4B, 0x03, 0x04], zip), ([0x50, 0x4B, 0x05, 0x06], zip), ([0x1F, 0x8B], "application/gzip"),
    ([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], "application/x-ole-storage"),
  ]

  private static let zip = "application/zip"
  private static let office = "application/vnd.openxmlformats-officedocument."
  private static let open = "application/vnd.oasis.opendocument."

  /// The formats that are archives, by the ending of the name.
  private static let wrapped: [String: String] = [
    "docx": office + "wordprocessingml.document", "xlsx": office + "spreadsheetml.sheet",
    "pptx": office + "presentationml.presentation", "odt": open + "text", "ods": open + "spreadsheet",
    "odp": open + "presentation",
  ]

  package static func of(_ head: [UInt8], name: String) -> String {
    if let found = marks.first(where: { head.starts(with: $0.bytes) }) {
      return found.type == zip ? wrapped[ending(name)] ?? zip : found.type
    }
    if head.count >= 12, head.starts(with: Array("RIFF".utf8)), head[8..<12].elementsEqual("WEBP".utf8) {
      return "image/webp"
    }
    // Text of any kind, a page with scripts too, is text and nothing that is run.
    return isText(head) ? "text/plain" : unknown
  }

  private static func ending(_ name: String) -> String {
    let parts = name.utf8.split(separator: UInt8(ascii: "."))
    guard parts.count > 1, let last = parts.last else { return "" }
    return String(decoding: last.map { (65...90).contains($0) ? $0 + 32 : $0 }, as: UTF8.self)
  }

  private static func isText(_ head: [UInt8]) -> Bool {
    guard !head.isEmpty, !head.contains(where: { $0 < 0x09 || (0x0E..<0x20).contains($0) }) else { return false }
    // The last character may be cut.
    return (0...3).contains { String(validating: head.dropLast($0), as: UTF8.self) != nil }
  }
}
