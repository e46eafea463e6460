import AWSClient
import ControllerRuntime
import ELBModel
import KubernetesModel

/// Looks whether AWS lets Weir do its work: region, credentials, identity, permissions, tags.
///
/// Permissions are tried by calls that change nothing: reads, and changes to resources that do not exist, which AWS
/// answers with "not found" to whoever may make them. Policies that are limited to some resources or tags may say
/// otherwise about real ones.
struct AWSExamination: Sendable {
    var options: AWSOptions
    var host: HostEnvironment
    var transport: any AWSTransport
    var clock: RuntimeClock
    var clusterName: String
    /// Whether to try changes, too.
    var triesChanges: Bool
    var makeClient: @Sendable (AWSConfiguration) -> any ELBAPI

    private static let area = "aws"

    /// Everything about AWS; what cannot be known because something before failed is left out.
    func run() async -> [DoctorReport.Finding] {
        let configuration: AWSConfiguration
        do throws(AWSConfigurationProblem) {
            configuration = try await AWSConfiguration.load(options: options, host: host, transport: transport)
        } catch {
            return [finding("region", .failed, error.description, "Give --aws-region, or set AWS_REGION.")]
        }
        var findings = [
            finding("region", .ok, "\(configuration.region), endpoint \(configuration.elbEndpoint)")
        ]
        let credentials: Credentials
        do throws(CredentialFailure) {
            let chain = CredentialChain.standard(configuration, host: host, transport: transport)
            guard case .found(let found) = try await chain.load(now: clock.now()) else { return findings }
            credentials = found
        } catch {
            findings.append(
                finding(
                    "credentials", .failed, error.description,
                    "Give the pod a role (IRSA or EKS Pod Identity), or set AWS_PROFILE."))
            return findings
        }
        let end = credentials.expiresAt.map { ", until \($0.wholeSeconds.rfc3339)" } ?? ", without end"
        findings.append(finding("credentials", .ok, "\(credentials.origin)\(end)"))
        findings.append(await identity(credentials, configuration))
        findings += await permissions(makeClient(configuration), configuration)
        return findings
    }

    private func identity(
        _ credentials: Credentials, _ configuration: AWSConfiguration
    ) async -> DoctorReport.Finding {
        let service = SecurityTokenService(
            endpoint: configuration.stsEndpoint, region: configuration.region, transport: transport)
        do throws(CredentialFailure) {
            let identity = try await service.callerIdentity(credentials.key, now: clock.now())
            return finding("identity", .ok, "\(identity.arn), account \(identity.account)")
        } catch {
            let isOwnEndpoint = !configuration.stsEndpoint.host.contains("amazonaws")
            let remedy =
                isOwnEndpoint
                ? "The endpoint is not AWS' own; a sandbox has no Security Token Service. Nothing depends on it."
                : "Check that \(configuration.stsEndpoint) can be reached; nothing else depends on it."
            return finding("identity", .unknown, error.description, remedy)
        }
    }

    // MARK: permissions

    /// A call that tells whether it is permitted, and who needs it.
    private struct Probe {
        var request: ELBRequest
        var purpose: String
    }

    private func permissions(_ elb: any ELBAPI, _ configuration: AWSConfiguration) async -> [DoctorReport.Finding] {
        var groups: [TargetGroup] = []
        var balancers: [LoadBalancer] = []
        var findings: [DoctorReport.Finding] = []
        for request in [ELBRequest.describeLoadBalancers(.init()), .describeTargetGroups(.init())] {
            let (finding, response) = await outcome(
                of: Probe(request: request, purpose: "finding load balancers"), elb, configuration)
            findings.append(finding)
            if case .loadBalancers(let page, _)? = response { balancers = page }
            if case .targetGroups(let page, _)? = response { groups = page }
        }
        // Nobody home: further calls would only say the same again.
        if findings.allSatisfy({ $0.outcome == .unknown }) { return findings }
        let none = Nowhere(region: configuration.region)
        let balancer = balancers.first?.arn ?? none.loadBalancer
        let group = groups.first?.arn ?? none.group
        var probes = [
            Probe(request: .describeListeners(.init(loadBalancerARN: balancer)), purpose: "verifying weights"),
            Probe(request: .describeRules(.init(listenerARN: none.listener)), purpose: "verifying weights"),
            Probe(request: .describeTags(.init(resourceARNs: [group.rawValue])), purpose: "knowing target groups"),
            Probe(request: .describeTargetHealth(.init(targetGroupARN: group)), purpose: "verifying targets"),
            Probe(
                request: .describeLoadBalancerAttributes(.init(arn: balancer)), purpose: "keeping load balancers"),
            Probe(request: .describeTargetGroupAttributes(.init(arn: group)), purpose: "keeping target groups"),
        ]
        if triesChanges { probes += changes(none) }
        for probe in probes { findings.append(await outcome(of: probe, elb, configuration).finding) }
        if triesChanges { findings += untried }
        findings.append(await tags(of: groups, elb))
        return findings
    }

    /// Changes to what does not exist.
    private func changes(_ none: Nowhere) -> [Probe] {
        let target = Target(id: "10.0.0.1", port: 80)
        let answer = Action.fixedResponse(.init(statusCode: 503))
        let requests: [ELBRequest] = [
            .createListener(
                .init(loadBalancerARN: none.loadBalancer, protocol: .http, port: 80, defaultActions: [answer])),
            .createRule(
                .init(
                    listenerARN: none.listener, conditions: [.pathPattern(["/weir-doctor"])], priority: 1,
                    actions: [answer])),
            .modifyRule(.init(arn: none.rule, actions: [answer])),
            .setRulePriorities(.init(priorities: [.init(ruleARN: none.rule, priority: 1)])),
            .deleteRule(.init(arn: none.rule)),
            .addTags(.init(resourceARNs: [none.group.rawValue], tags: [Tag(key: "weir-doctor", value: "")])),
            .registerTargets(.init(targetGroupARN: none.group, targets: [target])),
            .deregisterTargets(.init(targetGroupARN: none.group, targets: [target])),
            .modifyTargetGroupAttributes(
                .init(
                    arn: none.group,
                    attributes: [Attribute(key: "deregistration_delay.timeout_seconds", value: "30")])),
        ]
        return requests.map { Probe(request: $0, purpose: "keeping load balancers of its own") }
    }

    /// What cannot be tried: ELBv2 has no dry run, and what these calls name need not exist yet.
    private var untried: [DoctorReport.Finding] {
        ["CreateLoadBalancer", "CreateTargetGroup"].map { operation in
            finding(
                "elasticloadbalancing:\(operation)", .unknown,
                "not tried: Elastic Load Balancing has no dry run, and who may would have made one",
                "If Weir is to make load balancers, look for it in the policy of this identity.")
        }
    }

    private func outcome(
        of probe: Probe, _ elb: any ELBAPI, _ configuration: AWSConfiguration
    ) async -> (finding: DoctorReport.Finding, response: ELBResponse?) {
        let action = "elasticloadbalancing:\(probe.request.operation)"
        do {
            let answer = try await elb.call(probe.request, lane: .housekeeping)
            return (finding(action, .ok, "permitted, for \(probe.purpose)"), answer.response)
        } catch let failure as ELBFailure where failure.isDenied {
            let remedy = "Allow \(action) in \(configuration.region) in the policy of this identity."
            return (finding(action, .failed, "refused: \(failure)", remedy), nil)
        } catch let failure as ELBFailure where failure.isNotFound || failure.code == .validationError {
            // Whoever may not make the call is told so before its arguments are looked at.
            return (finding(action, .ok, "permitted, for \(probe.purpose)"), nil)
        } catch {
            return (finding(action, .unknown, "no answer: \(error)", "Try again; see the message."), nil)
        }
    }

    /// Whether target groups carry the tags by which they are known.
    private func tags(of groups: [TargetGroup], _ elb: any ELBAPI) async -> DoctorReport.Finding {
        let point = "tags of target groups"
        guard !groups.isEmpty else {
            return finding(point, .ok, "there is no target group in this region yet")
        }
        let arns = groups.prefix(20).map(\.arn.rawValue)
        do {
            guard case .tags(let list) = try await elb.call(.describeTags(.init(resourceARNs: arns))) else {
                return finding(point, .unknown, "DescribeTags gave no tags")
            }
            let clusters = Set(list.flatMap(\.tags).filter { $0.key == "elbv2.k8s.aws/cluster" }.map(\.value))
            let marked = list.count { $0.tags.contains { $0.key == "ingress.k8s.aws/resource" } }
            let seen =
                "\(marked) of \(arns.count) have ingress.k8s.aws/resource; clusters: "
                + (clusters.isEmpty ? "none" : clusters.sorted().joined(separator: ", "))
            if marked == 0 {
                return finding(
                    point, .warning, seen,
                    "Target groups of Ingresses need the tag; another key is given with --alb-tag-key-resource-id.")
            }
            guard clusters.contains(clusterName) else {
                return finding(
                    point, .warning, seen,
                    "--cluster-name is '\(clusterName)': give the name the target groups carry, to take them over.")
            }
            return finding(point, .ok, seen)
        } catch {
            return finding(point, .unknown, "\(error)")
        }
    }

    private func finding(
        _ point: String, _ outcome: DoctorReport.Outcome, _ detail: String, _ remedy: String = ""
    ) -> DoctorReport.Finding {
        .init(area: Self.area, point: point, outcome: outcome, detail: detail, remedy: remedy)
    }
}

/// Names of resources that do not exist.
private struct Nowhere {
    var region: String
    private var prefix: String { "arn:aws:elasticloadbalancing:\(region):000000000000" }
    private var id: String { "weir-doctor/0000000000000000" }

    init(region: String) {
        self.region = region
    }

    var loadBalancer: LoadBalancerARN { LoadBalancerARN(rawValue: "\(prefix):loadbalancer/app/\(id)") }
    var listener: ListenerARN { ListenerARN(rawValue: "\(prefix):listener/app/\(id)/0000000000000000") }
    var rule: RuleARN {
        RuleARN(rawValue: "\(prefix):listener-rule/app/\(id)/0000000000000000/0000000000000000")
    }
    var group: TargetGroupARN { TargetGroupARN(rawValue: "\(prefix):targetgroup/\(id)") }
}
