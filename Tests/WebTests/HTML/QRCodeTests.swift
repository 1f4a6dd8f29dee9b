import Testing
import Web

@Suite struct QRCodeTests {
  private static let link =
    "otpauth://totp/Shop:ida%40example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Shop"
    + "&algorithm=SHA1&digits=6&period=30"

  private func drawn(_ bytes: [UInt8]) throws -> String {
    let code = try #require(QRCode(bytes, label: "a code"))
    return code.modules.map { $0.map { $0 ? "#" : "." }.joined() }.joined(separator: "\n")
  }

  @Test func `codes are drawn as another encoder draws them`() throws {
    #expect(try drawn(Array("Valuechain".utf8)) == QRGolden.short)
    #expect(try drawn(Array(Self.link.utf8)) == QRGolden.link)
    #expect(try drawn((0..<213).map { UInt8(($0 * 7 + 33) % 94 + 33) }) == QRGolden.full)
  }

  @Test func `the size follows the length, and what is too long is not drawn`() throws {
    let sizes = [0, 14, 15, 26, 62, 84, 106, 122, 152, 180, 213].map { count in
      QRCode(Array(repeating: 97, count: count), label: "")?.modules.count ?? 0
    }
    #expect(sizes == [21, 21, 25, 25, 33, 37, 41, 45, 49, 53, 57])
    #expect(QRCode(Array(repeating: 97, count: 214), label: "") == nil)
  }

  @Test func `a code is a picture with a name and a quiet margin`() throws {
    let html = try #require(QRCode(Array("Valuechain".utf8), label: "A \"code\"")).html.text
    #expect(html.contains("viewBox=\"0 0 29 29\"") && html.contains("aria-label=\"A &quot;code&quot;\""))
    #expect(html.contains("M4 4h7v1h-7z"), "the upper left finder begins after the margin")
    #expect(!html.contains("style"))
  }
}
