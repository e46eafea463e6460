import AWSClient
import ControllerRuntime
import KubernetesClient
import Logging

/// The examination at the start of `weir controller`: what is missing stands in the log before anything waits for it.
struct StartupExamination: Sendable {
    var aws: AWSExamination
    var cluster: ClusterExamination
    var logger: Logger

    /// Examines, and logs what is not as it should be; nothing when the process is ended meanwhile, because what was
    /// broken off says nothing about cluster or AWS.
    func run() async {
        let findings = await cluster.run() + aws.run()
        guard !Task.isCancelled else { return }
        for finding in findings where finding.outcome != .ok {
            // What may not be looked at is no fault; `weir doctor` tells it.
            let level: Logger.Level = finding.outcome == .failed ? .error : .debug
            logger.log(
                level: level, "self-test",
                metadata: [
                    "point": "\(finding.point)", "outcome": "\(finding.outcome.rawValue)",
                    "detail": "\(finding.detail)", "remedy": "\(finding.remedy)",
                ])
        }
        let failed = findings.count { $0.outcome == .failed }
        logger.info("self-test ended", metadata: ["points": "\(findings.count)", "failed": "\(failed)"])
    }
}
