import ArgumentParser

/// A command of `kubectl argo rollouts` that Weir does not have yet: it says so, instead of being unknown.
protocol MissingCommand: ParsableCommand {
    /// What the command would be about, in plural.
    static var feature: String { get }
}

extension MissingCommand {
    func run() throws {
        throw UsageProblem(
            "`\(Self._commandName)` is not there yet: Weir has no \(Self.feature). Use Argo Rollouts' plugin."
        )
    }
}

/// `dashboard`.
struct DashboardCommand: MissingCommand {
    static let feature = "dashboard"
    static let configuration = CommandConfiguration(commandName: "dashboard", shouldDisplay: false)

    @Argument(parsing: .captureForPassthrough) var rest: [String] = []
}

/// `notifications …`.
struct NotificationsCommand: MissingCommand {
    static let feature = "notifications"
    static let configuration = CommandConfiguration(commandName: "notifications", shouldDisplay: false)

    @Argument(parsing: .captureForPassthrough) var rest: [String] = []
}

/// `terminate analysisrun|experiment NAME…`.
struct TerminateCommand: MissingCommand {
    static let feature = "AnalysisRuns and Experiments"
    static let configuration = CommandConfiguration(commandName: "terminate", shouldDisplay: false)

    @Argument(parsing: .captureForPassthrough) var rest: [String] = []
}

/// `create analysisrun`.
struct AnalysisRunCommand: MissingCommand {
    static let feature = "AnalysisRuns"
    static let configuration = CommandConfiguration(
        commandName: "analysisrun", shouldDisplay: false, aliases: ["ar"])

    @Argument(parsing: .captureForPassthrough) var rest: [String] = []
}

/// `get`, `list` or `retry` of an Experiment.
struct ExperimentCommand: MissingCommand {
    static let feature = "Experiments"
    static let configuration = CommandConfiguration(
        commandName: "experiment", shouldDisplay: false, aliases: ["exp", "experiments"])

    @Argument(parsing: .captureForPassthrough) var rest: [String] = []
}
