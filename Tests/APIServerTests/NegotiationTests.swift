import ClusterState
import JSON
import KubernetesModel
import Testing

@testable import APIServer

@Suite("Content negotiation") struct NegotiationTests {
    @Test(
        "the first range that can be served is chosen",
        arguments: [
            ("", AcceptHeader.Form.object, ""), ("application/json", .object, ""), ("*/*", .object, ""),
            ("application/json;as=Table;v=v1;g=meta.k8s.io,application/json", .table, "v1"),
            ("application/json;as=Table;g=meta.k8s.io;v=v1beta1", .table, "v1beta1"),
            ("application/vnd.kubernetes.protobuf, application/json", .object, ""),
            ("application/json;as=Other;v=v1;g=meta.k8s.io, */*;q=0.1", .object, ""),
            ("application/json;q=0.1, application/json;as=Table;v=v1;g=meta.k8s.io;q=0.5", .table, "v1"),
            ("application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io", .metadataList, "v1"),
            ("application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList", .aggregatedDiscovery, "v2"),
        ])
    func choices(header: String, form: AcceptHeader.Form, version: String) throws {
        let accept = try AcceptHeader(header)
        #expect(accept.form == form)
        #expect(accept.version == version)
    }

    @Test(arguments: ["application/vnd.kubernetes.protobuf", "text/html", "application/json;as=Chair;v=v1;g=x"])
    func `what cannot be served is a 406`(header: String) {
        #expect {
            _ = try AcceptHeader(header)
        } throws: { error in
            (error as? KubernetesFailure)?.code == 406
        }
    }

    private func options(_ query: String, accept: String = "", agent: String = "kubectl/v1.32 (x)") throws
        -> RequestOptions
    {
        try RequestOptions(
            QueryParameters(query), accept: try AcceptHeader(accept), userAgent: agent, isApply: false)
    }

    @Test func `options are read from the query`() throws {
        let options = try options(
            "labelSelector=a%3Db&limit=500&dryRun=All&fieldValidation=Strict&force=true&gracePeriodSeconds=0"
                + "&propagationPolicy=Orphan")
        #expect(options.labelSelector == "a=b")
        #expect(options.limit == 500)
        #expect(options.isDryRun)
        #expect(options.fieldValidation == .strict)
        #expect(options.force)
        #expect(options.gracePeriodSeconds == 0)
        #expect(options.propagationPolicy == "Orphan")
    }

    @Test func `the field manager is the first word of the user agent unless it is named`() throws {
        #expect(try options("").fieldManager == "kubectl")
        #expect(try options("fieldManager=me").fieldManager == "me")
    }

    @Test func `a table says what its rows carry`() throws {
        let table = "application/json;as=Table;v=v1;g=meta.k8s.io"
        #expect(try options("", accept: table).representation == .table(.metadata))
        #expect(try options("includeObject=Object", accept: table).representation == .table(.object))
    }

    @Test(
        "options without a meaning are refused by name and value",
        arguments: [
            ("limit=many", 400, "\"many\""), ("dryRun=Some", 422, "\"Some\""), ("fieldValidation=x", 422, "\"x\""),
            ("gracePeriodSeconds=soon", 400, "\"soon\""),
            ("fieldManager=a%07", 422, "\"a\\a\": invalid character U+0007 (at position 1)"),
            ("orphanDependents=true&propagationPolicy=Orphan", 422, "cannot be both set"),
        ])
    func refusals(query: String, code: Int, part: String) {
        #expect {
            _ = try options(query)
        } throws: { error in
            guard let failure = error as? KubernetesFailure else { return false }
            return failure.code == code && failure.message.contains(part)
        }
    }
}

@Suite("Request bodies") struct BodyDecoderTests {
    private let decoder = BodyDecoder(yaml: { _ in ["from": "yaml"] })

    @Test func `JSON and YAML are read, an empty body is none`() throws {
        #expect(try decoder.document(Array("{\"a\":1}".utf8), contentType: "application/json") == ["a": 1])
        #expect(try decoder.document(Array("{}".utf8), contentType: "") == [:])
        let yaml = try decoder.document(Array("a: 1".utf8), contentType: "application/yaml; charset=utf-8")
        #expect(yaml == ["from": "yaml"])
        #expect(try decoder.document([], contentType: "application/vnd.kubernetes.protobuf") == nil)
    }

    @Test func `the patch format is the content type`() throws {
        let patch = try decoder.patch(Array("[]".utf8), contentType: "application/json-patch+json")
        #expect(patch?.format == .json)
        #expect(try decoder.patch(Array(" {}".utf8), contentType: "application/apply-patch+yaml")?.body == [:])
        let apply = try decoder.patch(Array("a: 1".utf8), contentType: "application/apply-patch+yaml")
        #expect(apply?.body == ["from": "yaml"])
    }

    @Test(
        "what cannot be read is refused with the right code",
        arguments: [
            ("{\"a\":}", "application/json", 400), ("x", "application/vnd.kubernetes.protobuf", 415),
            ("x", "text/plain", 415),
        ])
    func refusals(body: String, type: String, code: Int) {
        #expect {
            _ = try decoder.document(Array(body.utf8), contentType: type)
        } throws: { error in
            (error as? KubernetesFailure)?.code == code
        }
    }

    @Test func `a patch in no patch format is none`() throws {
        let patch = try decoder.patch(Array("{}".utf8), contentType: "application/json")
        #expect(patch == nil)
    }
}

@Suite("Pod logs") struct PodLogSelectionTests {
    private let lines = (0..<4).map { PodLogLine(time: Timestamp(seconds: Int64(100 + $0)), text: "line \($0)") }

    private func text(_ query: String) throws -> String {
        try PodLogSelection(QueryParameters(query), now: Timestamp(seconds: 104)).text(of: lines)
    }

    @Test func `lines are chosen by number, age and size`() throws {
        #expect(try text("") == "line 0\nline 1\nline 2\nline 3\n")
        #expect(try text("tailLines=1") == "line 3\n")
        #expect(try text("sinceSeconds=2") == "line 2\nline 3\n")
        #expect(try text("sinceTime=1970-01-01T00:01:43Z") == "line 3\n")
        #expect(try text("limitBytes=6") == "line 0")
        #expect(try text("tailLines=1&timestamps=true") == "1970-01-01T00:01:43.000000Z line 3\n")
    }

    @Test(arguments: ["tailLines=-1", "sinceTime=yesterday", "limitBytes=x"])
    func `an option without a meaning is refused`(query: String) {
        #expect(throws: KubernetesFailure.self) { try text(query) }
    }
}

@Suite("OpenAPI") struct OpenAPITests {
    @Test func `the protobuf document names its version`() {
        let bytes = OpenAPIProtobuf.document(version: "v1", kinds: [])
        let expected: [UInt8] =
            [0x0A, 3] + Array("2.0".utf8) + [0x12, 16, 0x0A, 10] + Array("Kubernetes".utf8) + [0x12, 2]
            + Array("v1".utf8) + [0x42, 0, 0x4A, 0]
        #expect(bytes == expected)
    }

    @Test func `an operation says which kind it is about and takes fieldValidation`() {
        let resources: [JSONValue] = [
            ["name": "rollouts", "kind": "Rollout", "namespaced": true],
            ["name": "rollouts/status", "kind": "Rollout", "namespaced": true],
        ]
        let kinds = resources.compactMap { OpenAPIKind($0, document: "apis/argoproj.io/v1alpha1") }
        let document = OpenAPIDocument(kinds: kinds, schemas: [:]).json
        let path = "/apis/argoproj.io/v1alpha1/namespaces/{namespace}/rollouts/{name}"
        let patch = document.at("paths", path, "patch")
        let kind: JSONValue = ["group": "argoproj.io", "version": "v1alpha1", "kind": "Rollout"]
        #expect(patch?["x-kubernetes-group-version-kind"] == kind)
        let names = patch?["parameters"]?.arrayValue?.compactMap { $0["name"]?.stringValue }
        #expect(names == ["dryRun", "fieldManager", "fieldValidation"])
        #expect(document["paths"]?.objectValue?.count == 2)
    }
}
