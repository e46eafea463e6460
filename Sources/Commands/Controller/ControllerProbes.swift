import AWSClient
import ControllerRuntime
import KubernetesModel
import Logging
import Metrics
import Operations

/// What probes and Prometheus are told about a running controller.
struct ControllerProbes: Sendable {
    /// The loop that renews the lease may be silent for this long, with all its timeouts, before the process counts as
    /// stuck.
    static let electionSilenceMax = Duration.seconds(120)

    var runtime: ControllerRuntime
    var leadership: Leadership
    var elector: LeaderElector?
    var pacer: CallPacer
    var metrics: PrometheusMetrics?

    /// The servers that the settings ask for.
    func servers(_ settings: OperationsSettings, logger: Logger) -> [OperationsServer] {
        var probes = OperationsServer.Answers()
        probes.healthProblems = healthProblems
        probes.readyProblems = readyProblems
        var scrape = OperationsServer.Answers()
        if let metrics {
            scrape.metrics = {
                publish()
                return metrics.text
            }
        }
        if settings.metricsPort == settings.healthzPort { probes.metrics = scrape.metrics }
        var wanted = [(settings.healthzPort, probes)]
        if settings.metricsPort != settings.healthzPort { wanted.append((settings.metricsPort, scrape)) }
        return wanted.filter { $0.0 != 0 }.map { port, answers in
            OperationsServer(host: settings.address, port: port, answers: answers, logger: logger)
        }
    }

    /// Why the process should be restarted.
    func healthProblems() -> [String] {
        var problems = runtime.problems()
        if let silence = elector?.silence, silence > Self.electionSilenceMax {
            problems.append("nothing was done about the lease for \(Int(silence.inSeconds)) s")
        }
        return problems
    }

    /// What is missing before the process can take over.
    func readyProblems() -> [String] {
        var problems = runtime.reading.missingKinds.map { "\($0.qualifiedPlural): not listed yet" }
        if let elector, elector.holder == nil { problems.append("the lease has not been read yet") }
        return problems
    }

    /// Measures what is a state rather than an occurrence.
    private func publish() {
        ProcessStatistics.publish()
        gauge("weir_build_info", ["version": WeirVersion.current], 1)
        gauge("weir_leader", [:], leadership.isLeading ? 1 : 0)
        gauge("weir_open_writes", [:], leadership.openWriteCount)
        let reading = runtime.reading
        for queue in reading.queues {
            gauge("weir_queue_depth", ["controller": queue.controller], queue.dueCount)
            gauge("weir_queue_later", ["controller": queue.controller], queue.laterCount)
            gauge("weir_queue_working", ["controller": queue.controller], queue.workingCount)
        }
        for bucket in pacer.reading() {
            gauge("weir_aws_budget_tokens", ["bucket": bucket.bucket.rawValue], Int(bucket.tokens))
            gauge("weir_aws_budget_percent", ["bucket": bucket.bucket.rawValue], Int((bucket.share * 100).rounded()))
        }
        for entry in reading.objects {
            gauge("weir_cache_objects", ["kind": entry.kind.kind], entry.count)
            gauge("weir_cache_synced", ["kind": entry.kind.kind], reading.missingKinds.contains(entry.kind) ? 0 : 1)
        }
    }

    private func gauge(_ name: String, _ labels: KeyValuePairs<String, String>, _ value: Int) {
        Meter(label: name, dimensions: labels.map { ($0.key, $0.value) }).set(value)
    }
}
