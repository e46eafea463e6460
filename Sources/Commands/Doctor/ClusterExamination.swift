import ControllerRuntime
import JSON
import KubernetesClient
import KubernetesModel
import RolloutModel

/// Looks whether the cluster lets Weir do its work: version, APIs, definitions, rights.
struct ClusterExamination: Sendable {
    var api: KubernetesHTTPClient
    /// Where rights are needed; `nil` for all namespaces.
    var namespace: String?
    /// Where the Lease is; `nil` when no leader is elected.
    var electionNamespace: String?

    private static let area = "kubernetes"

    /// Everything about the cluster; one line only when it cannot be reached.
    func run() async -> [DoctorReport.Finding] {
        let version: JSONValue
        do {
            version = try await api.read(path: "/version")
        } catch {
            return [
                finding(
                    "API server", .failed, "\(error)", "Check --kubeconfig, or the pod's service account and network.")
            ]
        }
        var findings = [
            finding("API server", .ok, "version \(version["gitVersion"]?.stringValue ?? "unknown")")
        ]
        for kind in [ResourceKind.ingress, .ingressClass, .replicaSet, .endpointSlice, .lease] {
            findings.append(await served(kind))
        }
        for resource in WeirResources.all { findings.append(await definition(resource)) }
        findings += await rights()
        return findings
    }

    /// Whether the server has a kind in one of the versions that are read.
    private func served(_ kind: ResourceKind) async -> DoctorReport.Finding {
        let versions = kind.servedForms.map(\.apiVersion).joined(separator: " or ")
        let point = "\(kind.kind) in \(versions)"
        do {
            for form in kind.servedForms where try await isServed(form) {
                return finding(point, .ok, "served in \(form.apiVersion)")
            }
            return finding(point, .failed, "not served", "Weir needs Kubernetes 1.20 or later.")
        } catch {
            return finding(point, .failed, "\(error)", "Check that the API server answers, and Weir's credentials.")
        }
    }

    private func isServed(_ form: ResourceKind) async throws -> Bool {
        do {
            let list = try await api.read(
                path: form.group.isEmpty ? "/api/\(form.version)" : "/apis/\(form.apiVersion)")
            return (list["resources"]?.arrayValue ?? []).contains { $0["name"]?.stringValue == form.plural }
        } catch let failure as KubernetesFailure where failure.isNotFound {
            return false
        }
    }

    /// Whether a definition is installed, and is this version's.
    private func definition(_ resource: CustomResource) async -> DoctorReport.Finding {
        let wanted = KubernetesObject(resource.definition)
        let point = "definition \(wanted.name)"
        let apply = "Apply it: weir manifests crds | kubectl apply --server-side -f -"
        let isNeeded = wanted.name == "rollouts.argoproj.io"
        do {
            let found = try await api.get(.customResourceDefinition, ObjectKey(name: wanted.name))
            let schemas = [wanted, found].map { Self.schema($0) }
            guard schemas[0] == schemas[1] else {
                return finding(
                    point, .warning, "installed, with another schema than this version's",
                    "A definition of Argo Rollouts serves as well; it drops fields it does not know. \(apply)")
            }
            return finding(point, .ok, "installed, this version's")
        } catch let failure as KubernetesFailure where failure.isNotFound {
            return finding(point, isNeeded ? .failed : .warning, "not installed", apply)
        } catch {
            return finding(point, .unknown, "\(error)", "Allow get of customresourcedefinitions to see more.")
        }
    }

    private static func schema(_ definition: KubernetesObject) -> JSONValue? {
        definition.spec["versions"]?.arrayValue?.first?.at("schema", "openAPIV3Schema")?["properties"]?["spec"]
    }

    // MARK: rights

    private func rights() async -> [DoctorReport.Finding] {
        var missing: [String] = []
        var asked = 0
        let election = electionNamespace.map { place in InstallRights.election.map { ($0, String?.some(place)) } }
        let wanted =
            InstallRights.served.map { ($0, namespace) } + InstallRights.clusterWide.map { ($0, String?.none) }
            + (election ?? [])
        for (rule, namespace) in wanted {
            for resource in rule.resources {
                for verb in rule.verbs {
                    asked += 1
                    do {
                        if try await !isAllowed(verb, resource, rule, in: namespace) {
                            let group = rule.group.isEmpty ? "" : ".\(rule.group)"
                            missing.append("\(verb) \(resource)\(group)")
                        }
                    } catch {
                        let isAbsent = (error as? KubernetesFailure)?.isNotFound ?? false
                        let detail =
                            isAbsent ? "the server has no SelfSubjectAccessReview" : "\(error)"
                        return [finding("rights", .unknown, detail, "Watch the log for 'forbidden'.")]
                    }
                }
            }
        }
        guard !missing.isEmpty else { return [finding("rights", .ok, "all \(asked) are granted")] }
        return missing.map { right in
            finding("right to \(right)", .failed, "not granted", "Apply the roles: weir manifests install")
        }
    }

    private func isAllowed(
        _ verb: String, _ resource: String, _ rule: InstallRights.Rule, in namespace: String?
    ) async throws -> Bool {
        let parts = resource.split(separator: "/", maxSplits: 1).map(String.init)
        var attributes: JSONValue = [
            "verb": .string(verb), "group": .string(rule.group), "resource": .string(parts[0]),
        ]
        if parts.count > 1 { attributes["subresource"] = .string(parts[1]) }
        if let name = rule.names.first { attributes["name"] = .string(name) }
        if let namespace { attributes["namespace"] = .string(namespace) }
        let review = ResourceKind(
            group: "authorization.k8s.io", version: "v1", kind: "SelfSubjectAccessReview",
            plural: "selfsubjectaccessreviews", isNamespaced: false)
        let answer = try await api.perform(
            .create(
                review,
                [
                    "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
                    "metadata": [:], "spec": ["resourceAttributes": attributes],
                ]))
        return answer?.status["allowed"]?.boolValue ?? false
    }

    private func finding(
        _ point: String, _ outcome: DoctorReport.Outcome, _ detail: String, _ remedy: String = ""
    ) -> DoctorReport.Finding {
        .init(area: Self.area, point: point, outcome: outcome, detail: detail, remedy: remedy)
    }
}
