import Kernel
import Tabular
import Testing

@Suite struct SafeCSVWriterTests {
  private static func written(_ texts: [String?]) throws -> String {
    let bytes = try SafeCSVWriter.bytes { writer in
      for text in texts { writer.text(text) }
      try writer.endRecord()
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test func `texts a spreadsheet would run are guarded`() throws {
    for start in ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "=\u{301}", "@\u{20E3}"] {
      let written = try SafeCSVWriterTests.written([start + "1"])
      #expect(written.utf8.starts(with: "\"'".utf8), "\(start)")
    }
    #expect(try SafeCSVWriterTests.written(["a=1", "", nil, "'", "'a"]) == "a=1,,,\"'\",\"'a\"\r\n")
  }

  @Test func `quotes are doubled even under a combining mark`() throws {
    #expect(Array(try SafeCSVWriterTests.written(["a\"\u{301}b"]).utf8) == Array("\"a\"\"\u{301}b\"\r\n".utf8))
  }

  @Test func `numbers stay numbers`() throws {
    let bytes = try SafeCSVWriter.bytes(byteOrderMark: true) { writer in
      writer.integer(-3)
      writer.money(Money(minor: -1_250, .euro))
      writer.number(-0.25, decimals: 4)
      writer.number(2.675, decimals: 2)
      writer.number(-0.001, decimals: 2)
      writer.number(1.0 / 3.0)
      writer.number(.nan)
      writer.number(1e300, decimals: 2)
      writer.day(Day(0))
      writer.instant(Instant(microseconds: 0))
      writer.empty()
      try writer.endRecord()
    }
    #expect(
      String(decoding: bytes, as: UTF8.self)
        == "\u{FEFF}-3,-12.50,-0.2500,2.68,0.00,0.3333333333333333,,1e+300,1970-01-01,1970-01-01T00:00:00Z,\r\n")
  }

  @Test func `a record of one empty cell is no empty line`() throws {
    let bytes = try SafeCSVWriter.bytes { writer in
      try writer.record(["a"])
      try writer.record([""])
      writer.empty()
      try writer.endRecord()
    }
    #expect(try Reading(bytes).records == [["a"], [""], [""]])
  }

  @Test func `whatever is written comes back`() throws {
    var random = Seeded(42)
    let alphabet: [Unicode.Scalar] = [
      "=", "+", "-", "@", "\t", "\r", "\n", "'", "'", "\"", "\"", ",", ";", "|", " ", "a", "1", "é", "\u{301}",
      "\u{FE0F}",
      "\u{200D}", "\u{20E3}", "＝", "＋", "－", "＠", "\u{FEFF}", "\u{FFFD}", "😀", "\u{1}", "\u{A0}",
    ]
    var texts: [[String]] = []
    for _ in 0..<25_000 {
      texts.append(
        (0..<4).map { _ in
          var scalars = String.UnicodeScalarView()
          for _ in 0..<Int.random(in: 0...8, using: &random) {
            scalars.append(alphabet[Int.random(in: 0..<alphabet.count, using: &random)])
          }
          return String(scalars)
        })
    }
    let bytes = try SafeCSVWriter.bytes { writer in for record in texts { try writer.record(record) } }
    let reader = RecordReader(Pieces(bytes, size: 4_096), dialect: Dialect())
    reader.expectedCells = 4
    for record in texts {
      #expect(try reader.next() == .record)
      let read = (0..<4).map { Array(reader.cell($0).plainText.utf8) }
      #expect(read == record.map { Array($0.utf8) })
    }
    #expect(try reader.next() == .end)
  }
}
