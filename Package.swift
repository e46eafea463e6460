// swift-tools-version: 6.2
import PackageDescription

#if canImport(Glibc)
    import Glibc
#endif

// The layers of docs/architecture.md, bottom up. The TidyTests compare every `import` with this table.
// WEIR_TARGETS="JSON,ClusterState" limits the package to those targets, what they need, and their tests, so that
// work below the adapters never waits for NIO to build. WEIR_BENCHMARKS=1 adds the benchmark executables.

struct Module {
    var name: String
    var modules: [String] = []
    var products: [String] = []
    var isExecutable = false
    /// Whether its tests compare with files in a folder `Golden`.
    var hasGoldenTraces = false
}

let modules: [Module] = [
    // 0: values
    Module(name: "JSON"),
    Module(name: "KubernetesModel", modules: ["JSON"]),
    Module(name: "RolloutModel", modules: ["JSON", "KubernetesModel"]),
    Module(name: "ELBModel"),
    Module(name: "AWSSigning", products: ["Crypto"]),
    // 1: decisions
    Module(name: "Planning", modules: ["JSON", "KubernetesModel", "ELBModel"]),
    Module(
        name: "RolloutPlanning", modules: ["JSON", "KubernetesModel", "RolloutModel", "ELBModel", "Planning"],
        hasGoldenTraces: true),
    Module(
        name: "IngressPlanning", modules: ["JSON", "KubernetesModel", "ELBModel", "Planning"], products: ["Crypto"],
        hasGoldenTraces: true),
    Module(name: "ClusterPlanning", modules: ["JSON", "KubernetesModel", "RolloutModel", "ELBModel", "Planning"]),
    Module(name: "RequestRouting", modules: ["ELBModel"]),
    Module(
        name: "RolloutView", modules: ["JSON", "KubernetesModel", "RolloutModel"], hasGoldenTraces: true),
    // 2: machines
    Module(
        name: "ControllerRuntime", modules: ["JSON", "KubernetesModel", "ELBModel", "Planning"],
        products: ["HeapModule", "Logging", "Metrics"]),
    Module(name: "ClusterState", modules: ["JSON", "KubernetesModel", "RolloutModel"], products: ["Logging"]),
    Module(name: "LoadBalancerState", modules: ["ELBModel", "KubernetesModel", "RequestRouting"]),
    Module(
        name: "Simulation",
        modules: [
            "JSON", "KubernetesModel", "RolloutModel", "ELBModel", "Planning", "RolloutPlanning", "IngressPlanning",
            "ClusterPlanning", "RequestRouting", "ControllerRuntime", "ClusterState", "LoadBalancerState",
        ], hasGoldenTraces: true),
    // 3: adapters
    Module(
        name: "KubernetesClient", modules: ["JSON", "KubernetesModel", "Planning", "ControllerRuntime"],
        products: ["AsyncHTTPClient", "NIOCore", "NIOHTTP1", "NIOHTTPCompression", "NIOSSL", "Logging", "Yams"]),
    Module(
        name: "AWSClient", modules: ["ELBModel", "AWSSigning", "KubernetesModel", "Planning", "ControllerRuntime"],
        products: ["AsyncHTTPClient", "NIOCore", "NIOHTTP1", "Logging", "Metrics", "Crypto"]),
    Module(
        name: "APIServer", modules: ["JSON", "KubernetesModel", "ClusterState"],
        products: [
            "Hummingbird", "HummingbirdCore", "HTTPTypes", "NIOCore", "Logging", "ServiceLifecycle", "Yams",
            "AsyncHTTPClient", "NIOHTTP1", "NIOSSL",
        ]),
    Module(
        name: "Journal", modules: ["JSON", "KubernetesModel", "ClusterState"],
        products: ["Logging", "NIOPosix"]),
    Module(
        name: "ELBEndpoint",
        modules: ["JSON", "ELBModel", "AWSSigning", "KubernetesModel", "RequestRouting", "LoadBalancerState"],
        products: ["Hummingbird", "HTTPTypes", "NIOCore", "NIOPosix", "Logging", "ServiceLifecycle"]),
    Module(
        name: "ALBDataPlane", modules: ["ELBModel", "KubernetesModel", "RequestRouting", "LoadBalancerState"],
        products: [
            "Hummingbird", "HTTPTypes", "NIOCore", "NIOPosix", "NIOHTTP1", "AsyncHTTPClient", "Logging",
            "ServiceLifecycle",
        ]),
    Module(
        name: "Operations", modules: ["ControllerRuntime"],
        products: [
            "Hummingbird", "HTTPTypes", "NIOCore", "CoreMetrics", "Metrics", "Logging", "ServiceLifecycle",
        ]),
    Module(
        name: "AdmissionWebhook",
        modules: ["JSON", "KubernetesModel", "ControllerRuntime"],
        products: [
            "Crypto", "Hummingbird", "HummingbirdCore", "HTTPTypes", "NIOCore", "NIOSSL", "Logging", "ServiceLifecycle",
            "SwiftASN1", "X509", "AsyncHTTPClient", "NIOHTTP1",
        ]),
    Module(
        name: "Sandbox",
        modules: [
            "JSON", "KubernetesModel", "RolloutModel", "ELBModel", "Planning", "RolloutPlanning", "IngressPlanning",
            "ClusterPlanning", "RequestRouting", "ControllerRuntime", "ClusterState", "LoadBalancerState",
            "KubernetesClient", "AWSClient", "APIServer", "Journal", "ELBEndpoint", "ALBDataPlane",
        ],
        products: [
            "Hummingbird", "HTTPTypes", "NIOCore", "NIOPosix", "NIOHTTP1", "AsyncHTTPClient", "Logging",
            "ServiceLifecycle",
        ]),
    // 4: programs
    Module(
        name: "Commands",
        modules: [
            "JSON", "KubernetesModel", "RolloutModel", "ELBModel", "Planning", "RolloutPlanning", "IngressPlanning",
            "ClusterPlanning", "RolloutView", "ControllerRuntime", "ClusterState", "LoadBalancerState", "Simulation",
            "KubernetesClient", "AWSClient", "Operations", "AdmissionWebhook", "Sandbox",
        ],
        products: [
            "ArgumentParser", "AsyncHTTPClient", "NIOCore", "NIOHTTP1", "Logging", "Metrics", "ServiceLifecycle",
            "UnixSignals", "Yams", "Histogram",
        ]),
    Module(name: "weir", modules: ["Commands"], products: ["ArgumentParser"], isExecutable: true),
]

struct External {
    var package: String
    var url: String
    var version: Version
}

let externals: [String: External] = [
    "Logging": External(package: "swift-log", url: "https://github.com/apple/swift-log", version: "1.16.2"),
    "Metrics": External(package: "swift-metrics", url: "https://github.com/apple/swift-metrics", version: "2.13.0"),
    "CoreMetrics": External(package: "swift-metrics", url: "https://github.com/apple/swift-metrics", version: "2.13.0"),
    "HeapModule": External(
        package: "swift-collections", url: "https://github.com/apple/swift-collections", version: "1.6.0"),
    "Crypto": External(package: "swift-crypto", url: "https://github.com/apple/swift-crypto", version: "4.5.2"),
    "NIOCore": External(package: "swift-nio", url: "https://github.com/apple/swift-nio", version: "2.101.2"),
    "NIOPosix": External(package: "swift-nio", url: "https://github.com/apple/swift-nio", version: "2.101.2"),
    "NIOHTTP1": External(package: "swift-nio", url: "https://github.com/apple/swift-nio", version: "2.101.2"),
    "NIOHTTPCompression": External(
        package: "swift-nio-extras", url: "https://github.com/apple/swift-nio-extras", version: "1.35.2"),
    "NIOSSL": External(package: "swift-nio-ssl", url: "https://github.com/apple/swift-nio-ssl", version: "2.37.6"),
    "X509": External(
        package: "swift-certificates", url: "https://github.com/apple/swift-certificates", version: "1.21.1"),
    "SwiftASN1": External(package: "swift-asn1", url: "https://github.com/apple/swift-asn1", version: "1.7.4"),
    "HTTPTypes": External(
        package: "swift-http-types", url: "https://github.com/apple/swift-http-types", version: "1.8.0"),
    "AsyncHTTPClient": External(
        package: "async-http-client", url: "https://github.com/swift-server/async-http-client", version: "1.37.0"),
    "Hummingbird": External(
        package: "hummingbird", url: "https://github.com/hummingbird-project/hummingbird", version: "2.28.1"),
    "HummingbirdCore": External(
        package: "hummingbird", url: "https://github.com/hummingbird-project/hummingbird", version: "2.28.1"),
    "ServiceLifecycle": External(
        package: "swift-service-lifecycle", url: "https://github.com/swift-server/swift-service-lifecycle",
        version: "2.13.0"),
    "UnixSignals": External(
        package: "swift-service-lifecycle", url: "https://github.com/swift-server/swift-service-lifecycle",
        version: "2.13.0"),
    "ArgumentParser": External(
        package: "swift-argument-parser", url: "https://github.com/apple/swift-argument-parser", version: "1.8.2"),
    "Yams": External(package: "Yams", url: "https://github.com/jpsim/Yams", version: "6.2.2"),
    "Histogram": External(
        package: "hdrhistogram-swift", url: "https://github.com/HdrHistogram/hdrhistogram-swift", version: "0.2.0"),
]

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

/// Whether the C library reads relocations in their packed form: glibc since 2.36.
func hasPackedRelocations() -> Bool {
    #if canImport(Glibc)
        // "glibc 2.36"
        var text = [CChar](repeating: 0, count: 64)
        guard confstr(Int32(_CS_GNU_LIBC_VERSION), &text, text.count) > 0 else { return false }
        let version = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            .split { $0 == " " || $0 == "." }.compactMap { Int($0) }
        return version.count > 1 && (version[0], version[1]) >= (2, 36)
    #else
        return false
    #endif
}

/// A release on Linux has the Swift libraries in itself and exports nothing, so that what nobody calls is left out and
/// little is relocated: it starts faster and takes a quarter less memory, see docs/benchmarks.md.
/// WEIR_SHARED_LIBRARIES=1 links it as SwiftPM does by itself, for toolchains without static libraries.
func releaseLinking() -> [LinkerSetting] {
    guard Context.environment["WEIR_SHARED_LIBRARIES"] != "1" else { return [] }
    var flags = ["-static-stdlib", "-use-ld=lld", "-Xlinker", "--no-export-dynamic"]
    if hasPackedRelocations() { flags += ["-Xlinker", "-z", "-Xlinker", "pack-relative-relocs"] }
    // What objects that were compiled for shared libraries do not ask for.
    flags += ["-lCoreFoundation", "-l_FoundationICU", "-l_FoundationCShims", "-l_FoundationCollections"]
    return [.unsafeFlags(flags, .when(platforms: [.linux], configuration: .release))]
}

/// The modules asked for by WEIR_TARGETS and all they need, in the table's order; every module when it is not set.
func selection() -> [Module] {
    guard let asked = Context.environment["WEIR_TARGETS"], !asked.isEmpty else { return modules }
    var wanted = Set(asked.split(separator: ",").map(String.init))
    for module in modules.reversed() where wanted.contains(module.name) {
        wanted.formUnion(module.modules)
    }
    return modules.filter { wanted.contains($0.name) }
}

func dependency(onProduct product: String) -> Target.Dependency {
    guard let external = externals[product] else { fatalError("no package is declared for product \(product)") }
    return .product(name: product, package: external.package)
}

let selected = selection()
let asked = Context.environment["WEIR_TARGETS"].map { Set($0.split(separator: ",").map(String.init)) }
var targets: [Target] = []
for module in selected {
    let dependencies = module.modules.map { Target.Dependency.byName(name: $0) } + module.products.map(dependency)
    if module.isExecutable {
        targets.append(
            .executableTarget(
                name: module.name, dependencies: dependencies, swiftSettings: settings,
                linkerSettings: releaseLinking()))
        continue
    }
    targets.append(.target(name: module.name, dependencies: dependencies, swiftSettings: settings))
    if asked?.contains(module.name) ?? true {
        targets.append(
            .testTarget(
                name: "\(module.name)Tests", dependencies: dependencies + [.byName(name: module.name)],
                exclude: module.hasGoldenTraces ? ["Golden"] : [], swiftSettings: settings))
    }
}

if Context.environment["WEIR_BENCHMARKS"] == "1" {
    targets.append(
        .executableTarget(
            name: "JSONBenchmark", dependencies: ["JSON"], path: "Benchmarks/JSONBenchmark", swiftSettings: settings))
    if selected.contains(where: { $0.name == "Simulation" }) {
        targets.append(
            .executableTarget(
                name: "SimulationBenchmark", dependencies: ["Simulation"], path: "Benchmarks/SimulationBenchmark",
                swiftSettings: settings))
    }
    let measured = ["ControllerRuntime", "RolloutPlanning"]
    if measured.allSatisfy({ name in selected.contains { $0.name == name } }) {
        targets.append(
            .executableTarget(
                name: "CacheBenchmark",
                dependencies: ["ControllerRuntime", "JSON", "KubernetesModel", "Planning", "RolloutPlanning"],
                path: "Benchmarks/CacheBenchmark", swiftSettings: settings))
    }
}

if Context.environment["WEIR_BENCHMARKS"] == "1", selected.contains(where: { $0.name == "Simulation" }) {
    targets.append(
        .executableTarget(
            name: "AWSCallBenchmark",
            dependencies: [
                "IngressPlanning", "JSON", "KubernetesModel", "LoadBalancerState", "Planning", "RolloutPlanning",
                "Simulation",
            ],
            path: "Benchmarks/AWSCallBenchmark", swiftSettings: settings))
}

if asked?.contains("TidyTests") ?? true {
    targets.append(.testTarget(name: "TidyTests", swiftSettings: settings))
}

var packages: [String: Package.Dependency] = [:]
for product in selected.flatMap(\.products) {
    guard let external = externals[product] else { continue }
    packages[external.package] = .package(url: external.url, from: external.version)
}

let package = Package(
    name: "weir",
    platforms: [.macOS(.v15)],
    dependencies: packages.keys.sorted().compactMap { packages[$0] },
    targets: targets,
    swiftLanguageModes: [.v6]
)
