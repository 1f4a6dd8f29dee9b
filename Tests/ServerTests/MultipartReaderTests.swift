import Foundation
import Kernel
import Server
import StoreTesting
import Testing
import Web

@Suite struct MultipartReaderTests {
  private static let boundary = "----frontier7a"

  /// What a form came to.
  private struct Reading: Equatable {
    var fields = Fields()
    var fileName: String?
    var content: [UInt8] = []
  }

  private static func part(_ disposition: String, _ content: [UInt8]) -> [UInt8] {
    Array("--\(boundary)\r\nContent-Disposition: form-data; \(disposition)\r\n\r\n".utf8) + content + Array("\r\n".utf8)
  }

  private static let end = Array("--\(boundary)--\r\n".utf8)

  /// Content that looks like a delimiter again and again, and is none.
  private static let content =
    Array("customer,date\r\n--\r\n----front\r\n\(boundary)\r\n--\(boundary.dropLast())x\r\n\r\r\n\n".utf8)
    + Array(UInt8.min...UInt8.max) + Array("\r\n".utf8)

  private static let form =
    part("name=\"source\"", Array("Café, \"shop\"".utf8))
    + part("name=\"file\"; filename=\"orders 1.csv\"\r\nContent-Type: text/csv", content)
    + part("name=\"empty\"", []) + end

  private static let expected = Reading(
    fields: Fields([("source", "Café, \"shop\""), ("empty", "")]), fileName: "orders 1.csv", content: content)

  /// Reads a form that arrives in chunks of these sizes, the last of them over and over.
  private func read(_ form: [UInt8], boundary: String = boundary, chunks: (Int) -> Int) async throws -> Reading {
    try await Stores.withFolder { folder in
      let path = folder + "/file"
      try Data().write(to: URL(fileURLWithPath: path))
      let handle = try #require(FileHandle(forWritingAtPath: path))
      var reader = try MultipartReader(boundary: boundary, file: handle)
      var from = 0
      var turn = 0
      while from < form.count {
        let until = from + min(form.count - from, max(1, chunks(turn)))
        try reader.take(form[from..<until])
        (from, turn) = (until, turn + 1)
      }
      try reader.finish()
      try handle.close()
      let kept = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
      #expect(reader.fileBytes == Int64(kept.count))
      return Reading(fields: reader.fields, fileName: reader.fileName, content: kept)
    }
  }

  @Test func `a whole form is read as it was sent`() async throws {
    #expect(try await read(Self.form) { _ in .max } == Self.expected)
  }

  @Test func `a form read byte by byte is the same`() async throws {
    #expect(try await read(Self.form) { _ in 1 } == Self.expected)
  }

  /// Every place a first chunk can end, so also in the middle of each delimiter.
  @Test func `a form split at any one place is the same`() async throws {
    for place in 1..<Self.form.count {
      #expect(try await read(Self.form) { $0 == 0 ? place : .max } == Self.expected, "split at \(place)")
    }
  }

  @Test(arguments: UInt64(1)...20)
  func `a form in chunks of any size is the same`(_ seed: UInt64) async throws {
    var chance = Chance(state: seed)
    let sizes = Self.form.map { _ in Int.random(in: 1...40, using: &chance) }
    #expect(try await read(Self.form) { sizes[$0 % sizes.count] } == Self.expected)
  }

  @Test func `a large file is written while it comes`() async throws {
    let content = [UInt8](repeating: 0x0D, count: 3_000_000)
    let form = Self.part("name=\"file\"; filename=\"a\"", content) + Self.end
    #expect(try await read(form) { _ in 65_536 }.content == content)
  }

  @Test func `a form without its end is refused`() async throws {
    let whole = Self.form.count - Self.end.count
    for length in [0, 10, whole / 2, whole, Self.form.count - 5] {
      let problem = await #expect(throws: Problem.self, "\(length) bytes were enough") {
        try await read(Array(Self.form.prefix(length))) { _ in .max }
      }
      #expect(problem?.kind == .malformed)
    }
  }

  @Test func `a second file is refused`() async {
    let file = Self.part("name=\"file\"; filename=\"a.csv\"", [1])
    let problem = await #expect(throws: Problem.self) { try await read(file + file + Self.end) { _ in .max } }
    #expect(problem?.kind == .invalid)
    #expect(problem?.field == "file")
  }

  @Test func `a part without a name, endless headers and text that is none are refused`() async {
    let forms = [
      Self.part("filename=\"a\"", [1]) + Self.end, Self.part("name=\"a\"", [0xFF]) + Self.end,
      Self.part("name=\"a\"", [0]) + Self.end,
      Array("--\(Self.boundary)\r\nX: ".utf8) + [UInt8](repeating: 65, count: 9_000),
      Self.part("name=\"a\"", [UInt8](repeating: 65, count: 1 << 20 + 1)) + Self.end,
    ]
    for form in forms {
      await #expect(throws: Problem.self) { try await read(form) { _ in 4_096 } }
    }
  }

  @Test(arguments: [
    ("multipart/form-data; boundary=abc", "abc"), ("multipart/form-data;boundary=\"a b\"; x=1", "a b"),
    ("multipart/form-data; x=1; BOUNDARY=AbC", "AbC"), ("multipart/form-data", nil),
  ])
  func `the boundary stands in the content type`(_ type: String, _ boundary: String?) {
    #expect(MultipartReader.boundary(of: type) == boundary)
  }

  @Test(arguments: ["", String(repeating: "a", count: 71)])
  func `a boundary of no length or of too much is refused`(_ boundary: String) async {
    await #expect(throws: Problem.self) { try await read(Self.form, boundary: boundary) { _ in .max } }
  }
}
