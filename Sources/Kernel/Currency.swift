/// A currency by its ISO 4217 code.
public struct Currency: Hashable, Sendable, Codable, CustomStringConvertible {
  public let code: String

  /// Digits after the decimal separator, 0 to 4.
  public var decimals: Int { Currency.decimals[code] ?? 2 }

  /// How many minor units make one major unit: 1 to 10,000.
  public var minorPerMajor: Int64 { [1, 10, 100, 1_000, 10_000][decimals] }

  /// The currency of an ISO 4217 code in any case.
  /// - Throws: `Problem` when the code is not one in circulation.
  public init(_ code: some StringProtocol, field: String = "currency") throws {
    let upper = code.uppercased()
    guard Currency.known.contains(upper) else {
      throw Problem(
        .invalid, field: field, "“\(code)” is not a currency code.",
        mend: "Use an ISO 4217 code such as EUR or USD.")
    }
    self.code = upper
  }

  private init(known code: String) { self.code = code }

  public static let euro = Currency(known: "EUR")
  public static let dollar = Currency(known: "USD")
  public static let pound = Currency(known: "GBP")

  public init(from decoder: any Decoder) throws {
    try self.init(try decoder.singleValueContainer().decode(String.self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(code)
  }

  public var description: String { code }

  /// Every code in circulation, in order.
  public static let all: [Currency] = known.sorted().map(Currency.init(known:))

  private static let known = Set(
    """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF \
    CLF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL \
    HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL \
    MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON \
    RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH \
    UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG
    """.split(separator: " ").map(String.init))

  private static let decimals: [String: Int] = [
    "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0,
    "UGX": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
    "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3, "CLF": 4,
  ]
}
