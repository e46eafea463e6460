import ArgumentParser
import FoundationEssentials
import JSON
import KubernetesModel
import Logging
import RolloutView
import Simulation

/// `weir simulate`: updates in virtual time, with faults, under promises.
struct SimulateCommand: AsyncParsableCommand {
    /// How the report is printed.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json
    }

    /// Whose controllers are run.
    enum Controllers: String, ExpressibleByArgument, CaseIterable {
        case weir, argo
    }

    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Try to break updates in virtual time: scenarios with faults, or your own manifests.",
        discussion: """
            Weir's controllers, an API server, ELBv2, load balancers and pods run as state machines of one process in \
            virtual time; after every moment it is checked whether a promise is broken: whether a request could have \
            failed, a pod been killed that the load balancer reaches, a weight been called verified that is not.

            weir simulate                                                      every scenario, 100 seeds, all faults
            weir simulate --scenario supersede --seeds 1000 --faults aws-throttling,late-watch-events
            weir simulate --scenario supersede --seed 17 --trace               one run, line by line
            weir simulate -f manifests/ --set image=example.com/checkout:2.0 --timeline update.html

            Equal options give equal runs. A broken promise is printed with the smallest set of events found that \
            still breaks it, and the command that runs it again. Exit status 0: no promise was broken (with -f: and \
            every run ended Healthy); 1: one was.
            """)

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "A scenario of --list, or all (repeatable). (default: all)", valueName: "name"))
    var scenario: [String] = []

    @Option(
        help: ArgumentHelp(
            "What goes wrong beside the scenario: all (each seed draws some), none, or names of --list with commas "
                + "between.", valueName: "list"))
    var faults: String = "all"

    @Option(
        help: ArgumentHelp(
            "Events that do not happen, as a violation's report names them, with commas between.", valueName: "ids"))
    var without: String?

    @Option(
        name: .customLong("as"),
        help: ArgumentHelp(
            "weir, or argo: run each case with controllers that act in the order of Argo Rollouts and the AWS Load "
                + "Balancer Controller too, and compare.", valueName: "controllers"))
    var controllers: Controllers = .weir

    @Flag(help: "List the scenarios and the faults.")
    var list = false

    @Flag(help: "Print everything that happens; for one scenario and one seed.")
    var trace = false

    @Option(
        name: .shortAndLong, parsing: .singleValue,
        help: "A file or folder with manifests to rehearse (repeatable); - is standard input.", completion: .file())
    var filename: [String] = []

    @Option(
        help: ArgumentHelp(
            "With -f: the update, the image of every container. (default: the first installation)",
            valueName: "image=IMAGE"))
    var set: String?

    @Option(help: "How many seeds are run, 1 to 1000000. (default: 1 with --seed, else 100)")
    var seeds: Int?

    @Option(help: "The first seed. (default: 1)")
    var seed: UInt64?

    @Option(help: "How many are run at the same time, 1 to 64. (default: as many as there are processors)")
    var jobs: Int?

    @Option(help: "With -f: the requests per second that the estimate of requests at risk assumes, 1 to 100000.")
    var rate = 100

    @Option(help: "With -f: write a drawing of the first seed's course to this file; its name ends in .svg or .html.")
    var timeline: String?

    @Option(help: "With -f: give up when an update takes longer than this in virtual time.")
    var within: GoDurationArgument = "24h"

    @Option(help: "The namespace of manifests that name none.")
    var namespace = "default"

    @Option(help: "text, or json for one document on stdout.")
    var format: Format = .text

    @OptionGroup var logging: LoggingOptions

    /// So many broken runs are shown in full.
    private static let shownMax = 3

    init() {}

    func validate() throws {
        if let seeds, !(1...1_000_000).contains(seeds) {
            throw ValidationError("--seeds is \(seeds); give 1 to 1000000.")
        }
        if let jobs, !(1...64).contains(jobs) { throw ValidationError("--jobs is \(jobs); give 1 to 64.") }
        guard (1...100_000).contains(rate) else {
            throw ValidationError("--rate is \(rate); give 1 to 100000 requests per second.")
        }
        if filename.isEmpty, set != nil || timeline != nil {
            throw ValidationError("--set and --timeline are about manifests; name them with -f.")
        }
        let isAboutScenarios = !scenario.isEmpty || without != nil || trace || faults != "all" || controllers == .argo
        if !filename.isEmpty, isAboutScenarios {
            throw ValidationError("--scenario, --faults, --without, --as, --trace are about scenarios; leave out -f.")
        }
        if trace, seedList.count != 1 || scenario.count != 1 || scenario == ["all"] {
            throw ValidationError("--trace prints one run; give one --scenario and one --seed.")
        }
        if let set, !set.hasPrefix("image=") || set == "image=" {
            throw ValidationError("--set is '\(set)'; write it like --set image=example.com/checkout:2.0.")
        }
        if let timeline, !timeline.hasSuffix(".svg"), !timeline.hasSuffix(".html") {
            throw ValidationError("--timeline is '\(timeline)'; give a name that ends in .svg or .html.")
        }
    }

    func run() async throws {
        if list { return StandardStream.output.write(ScenarioSweep.list) }
        if filename.isEmpty { try await sweep() } else { try await rehearse(seeds: seedList) }
    }

    private var seedList: [UInt64] {
        let count = UInt64(seeds ?? (seed == nil ? 100 : 1))
        let first = seed ?? 1
        return (0..<count).map { first &+ $0 }
    }

    private func sweep() async throws {
        let faults: SimulationFaults
        do { faults = try SimulationFaults(parsing: self.faults) } catch {
            throw UsageProblem("\(error). `weir simulate --list` lists them.")
        }
        let omitted = Set((without ?? "").split(separator: ",").map(String.init))
        let plan = try ScenarioSweep(
            scenario.isEmpty ? ["all"] : scenario, seeds: seedList, faults: faults, omitted: omitted)
        if trace {
            let isPeer = controllers == .argo
            for line in try ScenarioSweep.outcome(of: plan.cases[0], asPeer: isPeer).trace {
                StandardStream.output.line(line)
            }
        }
        if controllers == .argo { return try await compare(plan, faults) }
        let outcome = try await Sweep.run(
            plan.cases, jobs: jobCount, logger: logging.makeLogger("weir.simulate", level: .error)
        ) { ran in ScenarioSweep.Run(try ScenarioSweep.outcome(of: ran, asPeer: false)) }
        let report = SweepReport(
            runs: outcome.outputs, faults: faults, skipped: plan.skipped, wallTime: outcome.wallTime)
        switch format {
        case .text:
            StandardStream.output.write(report.text)
            let shown = report.broken.prefix(Self.shownMax)
            if !shown.isEmpty { StandardStream.error.line("looking for the smallest cases that still break it…") }
            for run in shown {
                StandardStream.output.write(try BrokenRun(run).text)
            }
        case .json: StandardStream.output.line(report.document.prettyText)
        }
        if outcome.isInterrupted { throw Self.interrupted(after: report.runs.count, of: plan.cases.count) }
        if !report.broken.isEmpty { throw ExitCode(1) }
    }

    /// Runs every case twice. Only what Weir breaks is a failure.
    private func compare(_ plan: ScenarioSweep, _ faults: SimulationFaults) async throws {
        let outcome = try await Sweep.run(
            plan.cases, jobs: jobCount, logger: logging.makeLogger("weir.simulate", level: .error)
        ) { ran in
            ComparisonReport.Pair(
                weir: ScenarioSweep.Run(try ScenarioSweep.outcome(of: ran, asPeer: false)),
                peer: ScenarioSweep.Run(try ScenarioSweep.outcome(of: ran, asPeer: true)))
        }
        let report = ComparisonReport(pairs: outcome.outputs, faults: faults)
        switch format {
        case .text: StandardStream.output.write(report.text)
        case .json: StandardStream.output.line(report.document.prettyText)
        }
        if outcome.isInterrupted { throw Self.interrupted(after: report.pairs.count, of: plan.cases.count) }
        if report.pairs.contains(where: { !$0.weir.violations.isEmpty }) { throw ExitCode(1) }
    }

    private func rehearse(seeds: [UInt64]) async throws {
        let image = set.map { String($0.dropFirst("image=".count)) }
        let documents = try filename.flatMap(ManifestInput.documents)
        let rehearsal = try ManifestRehearsal(documents, namespace: namespace, image: image, limit: within.duration)
        let (first, recorder) = try rehearsal.recorded(seed: seeds[0], forks: image != nil)
        let aborts = image == nil ? [] : ManifestRehearsal.aborts(recorder)
        let logger = logging.makeLogger("weir.simulate", level: .error)
        let others = try await Sweep.run(Array(seeds.dropFirst()), jobs: jobCount, logger: logger) { seed in
            try rehearsal.run(seed: seed)
        }
        let report = RehearsalReport(runs: [first] + others.outputs, aborts: aborts, rate: rate)
        if let timeline {
            let drawing = ManifestRehearsal.timeline(first.forecast, recorder)
            let summary = report.text.split(separator: "\n", omittingEmptySubsequences: false)
                .drop { !$0.hasPrefix("Pods") }.map(String.init)
            let text =
                timeline.hasSuffix(".svg")
                ? drawing.svg : drawing.html(summary: summary, entries: first.forecast.entries)
            try AtomicFile.write(text, to: timeline, mode: 0o644)
        }
        switch format {
        case .text: StandardStream.output.write(report.text)
        case .json: StandardStream.output.line(report.document.prettyText)
        }
        if others.isInterrupted { throw Self.interrupted(after: report.runs.count, of: seeds.count) }
        if !report.isSuccess { throw ExitCode(1) }
    }

    private var jobCount: Int { jobs ?? max(1, ProcessInfo.processInfo.activeProcessorCount) }

    private static func interrupted(after count: Int, of all: Int) -> ExitCode {
        StandardStream.error.line("interrupted after \(count) of \(all)")
        return ExitCode(130)
    }
}
