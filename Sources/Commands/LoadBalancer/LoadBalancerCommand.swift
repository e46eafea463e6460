package import ArgumentParser
import JSON
import Logging
import Sandbox

/// `weir load-balancer`: ELBv2 and the data plane of its load balancers, for any cluster, until Ctrl-C.
package struct LoadBalancerCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "load-balancer",
        abstract: "Serve an ELBv2 endpoint and the load balancers made there, on loopback, until Ctrl-C.",
        discussion: """
            What `weir sandbox` contains, by itself: for `weir controller --aws-endpoint-url` against any cluster \
            whose pods run on this machine, such as those of `weir node`. Pods with an address 10.244.x.y are dialled \
            at 127.244.x.y. Nothing is kept: what was made is gone with the process.
            """)

    @Option(help: "A JSON file that always shows what is reachable where; written when ready and on every change.")
    var stateFile: String?

    @OptionGroup var balancing: LoadBalancingOptions

    @OptionGroup var logging: LoggingOptions

    package init() {}

    package func run() async throws {
        let logger = logging.makeLogger("weir.load-balancer", level: .warning)
        try await Program.run(logger: logger) {
            try await EmbeddedELB.withRunning(balancing.settings, logger: logger) { elb in
                StandardStream.error.line("\(Self.usage(of: elb))\nReady. Ctrl-C ends it; nothing is kept.")
                try await StateFile(path: stateFile).follow {
                    var document = JSONObject()
                    document["ready"] = true
                    for (name, value) in ELBStateFile.members(of: elb) { document[name] = value }
                    return .object(document)
                }
            }
        }
        StandardStream.error.line("stopped")
    }

    /// One line that says where the endpoint is and how the AWS CLI talks to it.
    static func usage(of elb: EmbeddedELB) -> String {
        "ELBv2       \(elb.url)   AWS_ACCESS_KEY_ID=\(EmbeddedELB.accessKeyID) "
            + "AWS_SECRET_ACCESS_KEY=\(EmbeddedELB.secretAccessKey) aws --region \(elb.settings.region) "
            + "--endpoint-url \(elb.url) elbv2 describe-load-balancers"
    }
}
