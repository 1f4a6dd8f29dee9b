// swift-tools-version: 6.2
import PackageDescription

let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let grdbSQLite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nio = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let nioHTTP = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

/// A module may import what is named before it, never the other way (docs/tour.md).
func module(_ name: String, uses: [String] = [], packages: [Target.Dependency] = [], exclude: [String] = []) -> Target {
  .target(name: name, dependencies: uses.map { .byName(name: $0) } + packages, exclude: exclude)
}

/// Every module has one test target, `<Name>Tests`.
func tests(
  _ name: String, uses: [String] = [], packages: [Target.Dependency] = [], exclude: [String] = []
) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: ([name] + uses).map { .byName(name: $0) } + packages, exclude: exclude)
}

let foundations = ["Kernel", "Analytics", "Store", "Web"]
let facts = foundations + ["Tabular", "Records", "Customers"]
let conditions = facts + ["Conditions"]
let stages = conditions + ["Portfolio"]
let everything = stages + ["Distributor", "Views", "Server"]

let package = Package(
  name: "valuechain",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "valuechain", targets: ["valuechain"]),
    .library(name: "Analytics", targets: ["Kernel", "Analytics"]),
  ],
  dependencies: [
    .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
    .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
  ],
  targets: [
    .systemLibrary(name: "CPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    module("Kernel"),
    module("Analytics", uses: ["Kernel"]),
    module("Distributor", uses: ["Kernel", "Analytics"]),
    module("Tabular", uses: ["Kernel", "CZlib"]),
    module("Store", uses: ["Kernel", "CPQ"], packages: [grdb, grdbSQLite, crypto, logging]),
    module("Web", uses: ["Kernel"], packages: [crypto], exclude: ["Assets"]),
    module("Records", uses: ["Kernel", "Store", "Web"]),
    module("Customers", uses: foundations + ["Tabular", "Records"]),
    module("Conditions", uses: facts, packages: [crypto, cryptoExtras, logging]),
    .target(
      name: "Portfolio", dependencies: conditions.map { .byName(name: $0) },
      resources: [.embedInCode("Scenario/Scenarios")]),
    module("Views", uses: stages),
    module(
      "Server", uses: stages + ["Views", "CZlib"],
      packages: [hummingbird, httpTypes, logging, nio, nioPosix, nioHTTP, nioSSL, lifecycle, signals, crypto]),
    .executableTarget(
      name: "valuechain",
      dependencies: everything.map { .byName(name: $0) } + [arguments, logging, nio, nioPosix, nioHTTP]),

    .target(name: "StoreTesting", dependencies: ["Kernel", "Store"], path: "Tests/StoreTesting"),
    tests("Kernel"),
    tests("Analytics", uses: ["Kernel"], exclude: ["Golden"]),
    tests("Distributor", uses: ["Kernel", "Analytics"]),
    tests("Tabular", uses: ["Kernel"]),
    tests("Store", uses: ["Kernel", "StoreTesting"]),
    tests("Web", uses: ["Kernel"]),
    tests("Records", uses: ["Kernel", "Store", "Web", "StoreTesting"]),
    tests("Customers", uses: foundations + ["Tabular", "Records", "StoreTesting"]),
    tests("Conditions", uses: facts + ["StoreTesting"], packages: [logging]),
    tests("Portfolio", uses: conditions + ["StoreTesting", "Distributor"]),
    tests(
      "Server", uses: stages + ["Views", "StoreTesting"], packages: [hummingbird, httpTypes, logging, nio, nioEmbedded]),
  ],
  swiftLanguageModes: [.v6]
)
