import Kernel

/// An article of the distributor. Prices in euro cents.
package struct Article: Sendable, Equatable {
  package let code: String
  package let name: String
  package let category: String
  package let brand: String
  /// By year, 2022 first.
  package let listPrices: [Int]
  package let unitCosts: [Int]
  /// When it came into the range; nil where it was there before the first year.
  package let launched: Day?
}

/// What one unit of each activity costs, in euro cents (domain F1). The three minute rates are pool cost over practical
/// capacity.
package struct ActivityRates: Sendable, Equatable {
  package let order: Int
  package let line: Int
  package let delivery: Int
  package let returned: Int
  package let visitMinute: Int
  package let callMinute: Int
  package let ticketMinute: Int
  package let invoice: Int
}

/// Sectors, articles and rates: what the company has before it has customers.
struct Catalogue {
  struct Segment {
    let name: String
    let industry: String
    let trades: [String]
    /// How often each category is bought, by category.
    let taste: [Double]
  }

  let segments: [Segment]
  let categories: [String]
  let products: [Article]
  /// Products by the day they were launched, in days of the calendar.
  let launches: [Int?]
  let rates: ActivityRates

  var established: [Int] { products.indices.filter { launches[$0] == nil } }
  var novelties: [Int] { products.indices.filter { launches[$0] != nil } }

  init(seed: UInt64) {
    var draw = Draw(seed: seed, .catalogue)
    let categories = Array(draw.shuffled(Catalogue.allCategories).prefix(8))
    self.categories = categories.map(\.0)
    segments = draw.shuffled(Catalogue.allSegments).prefix(5).map { name, industry, trades in
      Segment(
        name: name, industry: industry, trades: trades, taste: categories.map { _ in draw.around(1, spread: 0.8) })
    }
    var products: [Article] = []
    var launches: [Int?] = []
    let established = draw.whole(40...46)
    let count = established + draw.whole(26...30)
    let brands = (0..<9).map { _ in Names.word(&draw, syllables: 2) }
    for index in 0..<count {
      let category = categories[index % categories.count]
      let launch = index < established ? nil : draw.whole(100...1_150)
      let product = Catalogue.product(number: index, category, brands, launch, &draw)
      products.append(product)
      launches.append(launch)
    }
    self.products = products
    self.launches = launches
    rates = ActivityRates(
      order: draw.whole(620...780), line: draw.whole(75...105), delivery: draw.whole(1_350...1_750),
      returned: draw.whole(2_000...2_700), visitMinute: draw.whole(95...115), callMinute: draw.whole(68...84),
      ticketMinute: draw.whole(74...90), invoice: draw.whole(240...330))
  }

  private static func product(
    number: Int, _ category: (String, [String]), _ brands: [String], _ launch: Int?, _ draw: inout Draw
  ) -> Article {
    // What is new is cheap enough that any customer can try it.
    let list = launch == nil ? min(160, max(1.5, draw.around(18, spread: 1))) : draw.between(6, 30)
    let share = draw.between(0.63, 0.73)
    let size = draw.whole(2...60) * 5
    let prices = (0..<4).map { year in
      Int((list * 100 * (1 + 0.03 * Double(year))).rounded())
    }
    let costs = prices.map { Int((Double($0) * share).rounded()) }
    let thing = draw.pick(category.1) ?? category.0
    let brand = draw.pick(brands) ?? "Nobrand"
    return Article(
      code: "A" + CSVText.padded(number * 37 % 9_973 + 1_000, 4), name: "\(brand) \(thing) \(size)",
      category: category.0, brand: brand, listPrices: prices, unitCosts: costs, launched: launch.map(Calendar.day))
  }

  private static let allCategories: [(String, [String])] = [
    ("Fasteners", ["screws", "anchors", "rivets", "clips"]), ("Adhesives", ["glue", "sealant", "tape"]),
    ("Protective wear", ["gloves", "goggles", "overalls"]), ("Hand tools", ["hammer", "spanner set", "pliers"]),
    ("Cleaning", ["degreaser", "wipes", "mop head"]), ("Packaging", ["cartons", "film", "strapping"]),
    ("Lighting", ["lamp", "tube", "floodlight"]), ("Storage", ["bin", "shelf", "crate"]),
    ("Abrasives", ["discs", "belts", "sheets"]), ("Hoses", ["hose", "coupling", "nozzle"]),
  ]

  private static let allSegments: [(String, String, [String])] = [
    ("Woodwork", "C16", ["Joinery", "Cabinets", "Staircases"]),
    ("Metalwork", "C25", ["Forge", "Welding", "Sheetworks"]),
    ("Catering", "I56", ["Kitchens", "Canteens", "Banquets"]),
    ("Care", "Q86", ["Clinic", "Care Home", "Dental Rooms"]),
    ("Schooling", "P85", ["Academy", "College", "Workshops"]), ("Boats", "C30", ["Boatyard", "Slipway", "Rigging"]),
    ("Lodging", "I55", ["Hotel", "Lodge", "Guesthouse"]), ("Growing", "A01", ["Greenhouses", "Nursery", "Orchards"]),
    ("Printing", "C18", ["Press", "Bindery", "Labels"]),
  ]
}

/// Names that are plainly nobody's.
enum Names {
  private static let starts = [
    "Zor", "Quim", "Brul", "Vex", "Oomb", "Wiz", "Plon", "Drax", "Yel", "Krum", "Fnor", "Jib",
  ]
  private static let middles = ["ba", "lo", "qui", "zu", "mi", "vo", "ra", "nu", "xe", "ti"]
  private static let ends = ["zel", "vik", "dor", "quat", "mble", "nix", "rop", "tuk", "lum", "wax", "fizz", "gorn"]
  private static let given = [
    "Azu", "Bemi", "Cadro", "Dilo", "Eppa", "Fazo", "Gilu", "Hobi", "Inzo", "Jupa", "Kelo", "Lumi",
  ]

  static func word(_ draw: inout Draw, syllables: Int) -> String {
    let middle = (0..<max(0, syllables - 2)).map { _ in draw.pick(middles) ?? "" }.joined()
    return (draw.pick(starts) ?? "Zor") + middle + (draw.pick(ends) ?? "zel")
  }

  static func organisation(_ draw: inout Draw, trades: [String], taken: inout Set<String>) -> String {
    while true {
      let name = word(&draw, syllables: draw.whole(3...4)) + " " + (draw.pick(trades) ?? "Trading")
      if taken.insert(name).inserted { return name }
    }
  }

  static func person(_ draw: inout Draw) -> String { (draw.pick(given) ?? "Azu") + " " + word(&draw, syllables: 3) }
}
