import ArgumentParser

/// `weir version`: what this program is.
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "Print the version of this program.")

    @Flag(help: "Print the version alone.")
    var short = false

    @OptionGroup(visibility: .hidden) var client: ClientOptions

    init() {}

    func run() throws {
        StandardStream.output.line("\(Invocation.process.name): v\(WeirVersion.current)+weir")
        guard !short else { return }
        StandardStream.output.line("  Compiler: swift\(Self.compiler)\n  Platform: \(Self.platform)")
    }

    private static var compiler: String {
        #if compiler(>=6.4)
            "6.4 or later"
        #elseif compiler(>=6.3)
            "6.3"
        #else
            "6.2"
        #endif
    }

    private static var platform: String {
        #if os(Linux)
            let system = "linux"
        #else
            let system = "darwin"
        #endif
        #if arch(x86_64)
            return "\(system)/amd64"
        #else
            return "\(system)/arm64"
        #endif
    }
}
